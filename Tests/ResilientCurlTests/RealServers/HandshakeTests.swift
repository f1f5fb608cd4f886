#if os(Linux)
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// Peers that do not come to the end of the handshake. No servers of the system are needed for that.
    @Suite(.timeLimit(.minutes(1)))
    struct HandshakeTests {
        /// What a peer says to a client's hello.
        enum Words: CaseIterable {
            case nothing, halfAServerHello, halfARecord, plainHTTP, alert, noise

            var bytes: [UInt8] {
                switch self {
                case .nothing: []
                // A record of 122 bytes that holds the beginning of a hello of TLS 1.2.
                case .halfAServerHello: [22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3] + Array(repeating: 7, count: 20)
                case .halfARecord: [22, 3]
                case .plainHTTP: Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".utf8)
                // Fatal: handshake failure.
                case .alert: [21, 3, 3, 0, 2, 2, 40]
                case .noise: (0..<2_000).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 7) }
                }
            }

            /// Whether a client would wait for the rest.
            var isPromising: Bool { self == .nothing || self == .halfAServerHello || self == .halfARecord }
        }

        private static let limit = Duration.milliseconds(150)

        private static func with(
            _ words: Words,
            closes: Bool,
            _ body: (SecureClient, URL) async throws -> Void
        ) async throws {
            let peer = try BarePeer(says: words.bytes, closes: closes)
            defer { peer.stop() }
            let url = try #require(URL(string: "https://127.0.0.1:\(peer.port)/"))
            try await SecureClient.run(CurlConfiguration()) { client in try await body(client, url) }
        }

        @Test(arguments: Words.allCases.filter(\.isPromising), [true, false])
        func aSilenceInTheHandshakeIsBounded(_ words: Words, byAttempt: Bool) async throws {
            try await Self.with(words, closes: false) { client, url in
                let options =
                    byAttempt ? RequestOptions(attemptTimeout: Self.limit) : RequestOptions(connectTimeout: Self.limit)
                var shortest = Duration.seconds(60)
                for _ in 0..<3 {
                    let began = ContinuousClock.now
                    let error = try await client.failure(.post, url, body: .text("secret"), options: options)
                    let taken = began.duration(to: .now)
                    shortest = min(shortest, taken)
                    #expect(error.code == (byAttempt ? .attemptTimeout : .connectFailed), "\(error)")
                    #expect(error.reachedServer == .no)
                    #expect(taken >= Self.limit)
                }
                // The machine may have had something else to do, but not each time.
                #expect(shortest < Self.limit + .milliseconds(100))
            }
        }

        @Test(arguments: Words.allCases)
        func aHandshakeThatFailsHasSentNothing(_ words: Words) async throws {
            // What makes no sense needs no hanging up.
            try await Self.with(words, closes: words.isPromising) { client, url in
                let error = try await client.failure(.post, url, body: .text("secret"))
                #expect(error.code == (words.isPromising ? .connectFailed : .tlsFailed), "\(error)")
                #expect(error.reachedServer == .no)
            }
        }

        @Test(arguments: [FaultServer.ConnectionFault.resetsOnAccept, .closesOnAccept, .resetsOnFirstByte])
        func aConnectionThatEndsInTheHandshakeHasSentNothing(_ fault: FaultServer.ConnectionFault) async throws {
            var configuration = FaultServer.Configuration()
            configuration.connectionFault = fault
            try await CurlHarness.run(server: configuration) { harness in
                let url = try #require(URL(string: "https://127.0.0.1:\(harness.server.port)/"))
                let error = try await harness.failure(of: ClientRequest(method: .post, url: url, body: .text("x")))
                #expect(error.code == .connectFailed, "\(error)")
                #expect(error.reachedServer == .no)
            }
        }

        @Test func aHandshakeThatHangsIsCancelledAtOnce() async throws {
            try await Self.with(.halfAServerHello, closes: false) { client, url in
                let call = Task { try await client.send(.post, url, body: .text("secret")) }
                try await Task.sleep(for: .milliseconds(20))
                let began = ContinuousClock.now
                call.cancel()
                await #expect(throws: CancellationError.self) { try await call.value }
                #expect(began.duration(to: .now) < .seconds(1))
            }
        }
    }
}
#endif
