#if os(Linux)
import Foundation

/// Answers one request on a unix socket.
final class UnixServer: Sendable {
    struct Unavailable: Error {}

    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isShort = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard room.count > path.utf8.count else { return false }
            room.copyBytes(from: path.utf8)
            return true
        }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isShort, isBound, listen(descriptor, 4) == 0 else { throw Unavailable() }
        let thread = Thread { [descriptor] in
            let peer = accept(descriptor, nil, nil)
            var bytes = [UInt8](repeating: 0, count: 4_096)
            guard recv(peer, &bytes, bytes.count, 0) > 0 else { return }
            let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nunix".utf8)
            send(peer, answer, answer.count, Int32(MSG_NOSIGNAL))
            _ = recv(peer, &bytes, bytes.count, 0)
            close(peer)
        }
        thread.start()
    }

    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
        unlink(path)
    }
}
#endif
