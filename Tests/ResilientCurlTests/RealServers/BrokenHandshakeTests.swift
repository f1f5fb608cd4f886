#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// Connections that end before the TLS handshake does: nothing of the request was sent, and the next may be well.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct BrokenHandshakeTests {
        /// What becomes of the first connection when the client's hello is there.
        enum Ending: CaseIterable {
            case reset, close, resetAfterHalfAServerHello, closeAfterHalfAServerHello, closeAfterGoodbye

            func end(_ connection: SocketConnection) {
                connection.receive()
                switch self {
                case .reset, .close: break
                case .resetAfterHalfAServerHello, .closeAfterHalfAServerHello:
                    connection.say(HandshakeTests.Words.halfAServerHello.bytes)
                    // The reset would overtake it.
                    usleep(20_000)
                // A warning: close_notify.
                case .closeAfterGoodbye: connection.say([21, 3, 3, 0, 2, 1, 0])
                }
                if self == .reset || self == .resetAfterHalfAServerHello { connection.reset() }
            }
        }

        @Test(arguments: Ending.allCases)
        func aPostIsSentAgain(_ ending: Ending) async throws {
            try await FaultServer.withServer { server in
                server.script(default: [.ok("through TLS")])
                try await TLSTerminator.run(port: server.port, alpn: "http/1.1") { url in
                    let port = try #require(url.port)
                    try await SocketPeer.run { number, connection in
                        if number == 0 { ending.end(connection) } else { connection.relay(to: port) }
                    } _: { peer in
                        var configuration = Configuration.passthrough
                        configuration.retry = RetryConfiguration()
                        configuration.retry?.backoff = .none
                        try await SecureClient.run(client: configuration) { client in
                            let url = try #require(URL(string: "https://127.0.0.1:\(peer.port)/"))
                            let response = try await client.send(.post, url, body: .text("once"))
                            #expect(response.text == "through TLS")
                            let attempts = response.attempts
                            #expect(attempts.count == 2)
                            let first = attempts.first?.error as? ResilientError
                            #expect(first?.code == .connectFailed, "\(String(describing: first))")
                            #expect(first?.reachedServer == .no)
                        }
                    }
                }
                #expect(server.requests.count == 1)
                #expect(server.requests.first?.body == Data("once".utf8))
            }
        }

        /// A certificate or an alert will be the same the next time.
        @Test func whatTheServerSaysIsFinal() async throws {
            try await SocketPeer.run { _, connection in
                connection.receive()
                connection.say(HandshakeTests.Words.alert.bytes)
            } _: { peer in
                var configuration = Configuration.passthrough
                configuration.retry = RetryConfiguration()
                configuration.retry?.backoff = .none
                try await SecureClient.run(client: configuration) { client in
                    let url = try #require(URL(string: "https://127.0.0.1:\(peer.port)/"))
                    let error = try await client.failure(.post, url, body: .text("x"))
                    #expect(error.code == .tlsFailed)
                    #expect(error.attempts.count == 1)
                }
                #expect(peer.connections == 1)
            }
        }
    }
}
#endif
