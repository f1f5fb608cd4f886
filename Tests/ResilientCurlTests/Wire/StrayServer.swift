#if os(Linux)
import RealServers
import Synchronization

/// Answers `/first/…` and then sends ``StrayBytes``, answers `/second/…` with its path, and tells what came.
final class StrayServer: Sendable {
    private let stray: StrayBytes
    /// Whether the stray bytes are in one write with the answer.
    private let isTogether: Bool
    private let state = Mutex((strays: 0, orders: [String: Int]()))

    /// How often stray bytes were sent: the system has handed them to the client by then.
    var strays: Int { state.withLock { $0.strays } }
    /// How often each order has come.
    var orders: [String: Int] { state.withLock { $0.orders } }

    init(_ stray: StrayBytes, isTogether: Bool) {
        (self.stray, self.isTogether) = (stray, isTogether)
    }

    /// Serves over a socket, for the test to connect to.
    func run(isSecure: Bool, _ body: (SocketPeer) async throws -> Void) async throws {
        guard isSecure else { return try await SocketPeer.run(serve: { self.serve($1) }, body) }
        let identity = try Certificates.made().server
        let library = try OpenSSL(certificate: identity.certificate, key: identity.key)
        try await SocketPeer.run(
            serve: { _, connection in
                if let secure = TLSConnection(library, over: connection) { self.serve(secure) }
            },
            body
        )
    }

    private func serve(_ connection: any WireConnection) {
        while let head = connection.receiveHead() {
            let path = String(head.split(separator: " ")[1])
            guard path.hasPrefix("/first/") else {
                guard connection.receive(through: "order") != nil else { return }
                state.withLock { $0.orders[path, default: 0] += 1 }
                connection.say("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
                continue
            }
            if isTogether {
                connection.say(stray.answer(path) + stray.bytes)
            } else {
                connection.say(stray.answer(path))
                if !stray.bytes.isEmpty { connection.say(stray.bytes) }
            }
            if stray.ends { connection.end() }
            state.withLock { $0.strays += 1 }
            if stray.ends { return }
        }
        connection.end()
    }
}
#endif
