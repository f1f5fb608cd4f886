import Foundation

/// The TCP sockets of this process's network namespace that talk to a port, from `/proc/self/net/tcp`.
enum SocketTable {
    private static let established = "01"
    private static let closeWait = "08"

    /// How many sockets whose peer has that port hold a descriptor: established or closed by the peer only.
    static func openSockets(to port: Int) -> Int {
        guard let table = try? String(contentsOfFile: "/proc/self/net/tcp", encoding: .utf8) else { return 0 }
        let wanted = ":" + String(port, radix: 16, uppercase: true).leftPadded(to: 4)
        return table.split(separator: "\n").dropFirst().count { line in
            let columns = line.split(separator: " ")
            guard columns.count > 3, columns[2].hasSuffix(wanted) else { return false }
            return columns[3] == established || columns[3] == closeWait
        }
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: "0", count: max(0, width - count)) + self
    }
}
