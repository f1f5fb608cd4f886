#if os(Linux)
import Foundation
import Synchronization

/// Listens on an address of this machine and does to each connection what the test says, byte by byte. Each connection
/// has a thread of its own.
final class SocketPeer: Sendable {
    struct Unavailable: Error {}

    let port: Int
    private let descriptor: Int32
    private let open = Mutex<[SocketConnection]>([])
    private let accepted = Mutex(0)

    /// How many connections there have been.
    var connections: Int { accepted.withLock { $0 } }

    /// - Parameters:
    ///   - address: where to listen, any of 127.0.0.0/8.
    ///   - port: 0 for one that the system chooses.
    ///   - serve: what is done to a connection; it ends when this returns. Connections are counted from 0.
    init(
        address: String = "127.0.0.1",
        port: Int = 0,
        serve: @escaping @Sendable (_ number: Int, _ connection: SocketConnection) -> Void
    ) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = SocketConnection.name(address, port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &name) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(descriptor, name, length) == 0 && getsockname(descriptor, name, &length) == 0
            }
        }
        self.port = Int(UInt16(bigEndian: name.sin_port))
        guard isBound, listen(descriptor, 64) == 0 else {
            close(descriptor)
            throw Unavailable()
        }
        let thread = Thread { [weak self, descriptor] in
            while true {
                let peer = accept(descriptor, nil, nil)
                guard peer >= 0 else { return }
                let connection = SocketConnection(peer)
                guard let self else { return connection.end() }
                self.open.withLock { $0.append(connection) }
                let number = self.accepted.withLock { count in
                    defer { count += 1 }
                    return count
                }
                let worker = Thread {
                    serve(number, connection)
                    connection.end()
                }
                worker.start()
            }
        }
        thread.start()
    }

    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
        for connection in open.withLock({ $0 }) { connection.end() }
    }

    /// Makes one, runs `body`, and ends it in any case.
    static func run(
        serve: @escaping @Sendable (_ number: Int, _ connection: SocketConnection) -> Void,
        _ body: (SocketPeer) async throws -> Void
    ) async throws {
        let peer = try SocketPeer(serve: serve)
        defer { peer.stop() }
        try await body(peer)
    }
}
#endif
