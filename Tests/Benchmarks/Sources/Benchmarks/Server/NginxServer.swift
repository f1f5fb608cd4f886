import CLookups
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// nginx with a configuration of our own in a directory of its own, which goes with it.
final class NginxServer: LocalServer {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let name: String
    let url: URL
    let namedURL: URL
    private let guardian: ChildProcess

    /// Where nginx is; nil where it is not.
    static var program: String? { ChildProcess.find("nginx", alsoIn: ["/usr/sbin", "/usr/local/sbin"]) }

    /// Ends nginx with our end of its input, also when this process is killed. It does not wait for nginx: that it has
    /// ended is a signal, and threads that start processes have those blocked.
    private static let script = """
        "$1" -e "$2/error.log" -p "$2" -c "$2/nginx.conf" & pid=$!
        while read -r line; do :; done
        kill -9 "$pid"
        /bin/rm -rf "$2"
        """

    init(_ program: String) async throws {
        let port = try FreePort()
        let directory = FileManager.default.temporaryDirectory.appending(path: "benchmarks-\(UUID().uuidString)")
        let configuration = NginxConfiguration(directory: directory, port: port)
        try configuration.write()
        guard let url = URL(string: "http://127.0.0.1:\(port.number)"),
            let namedURL = URL(string: "http://\(LOOKUPS_NAME):\(port.number)")
        else { throw Failure(description: "no URL for port \(port.number)") }
        (self.url, self.namedURL) = (url, namedURL)
        name = "\(Self.version(program)), one process"
        guardian = try ChildProcess("/bin/sh", ["-c", Self.script, "sh", program, directory.path])
        try await waitUntilItAnswers(directory)
    }

    /// nginx counts this very request and its connection, too.
    func counts() async throws -> ServerCounts {
        let status = try await status()
        let numbers = status.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        // "Active connections: 1 \n server accepts handled requests \n 16 16 31 \n Reading: 0 …"
        guard numbers.count >= 4 else { throw Failure(description: "nginx says: \(status)") }
        let asked = askings.next()
        return ServerCounts(connections: numbers[1] - asked, requests: numbers[3] - asked)
    }

    func end() async {
        guardian.end()
    }

    private let askings = Counter()

    /// On a connection of its own, so that each asking counts for one of both.
    private func status() async throws -> String {
        let session = URLSession(configuration: .ephemeral)
        defer { session.finishTasksAndInvalidate() }
        return String(decoding: try await session.bytes(URLRequest(url: url.appending(path: "status"))), as: UTF8.self)
    }

    private func waitUntilItAnswers(_ directory: URL) async throws {
        for _ in 0..<100 {
            if (try? await status()) != nil {
                askings.next()
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        let log = try? String(contentsOf: directory.appending(path: "error.log"), encoding: .utf8)
        guardian.end()
        throw Failure(description: log.flatMap { $0.isEmpty ? nil : $0 } ?? "it does not answer")
    }

    private static func version(_ program: String) -> String {
        let text = (try? ChildProcess.output(of: program, ["-v"])) ?? ""
        return text.split(separator: " ").last { $0.hasPrefix("nginx/") }.map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        } ?? "nginx"
    }
}
