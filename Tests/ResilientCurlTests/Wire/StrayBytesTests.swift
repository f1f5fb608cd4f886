#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import SocketSupport
import Synchronization
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// A response belongs to the request that was sent before it (RFC 9112 §9.2): what comes while nobody waits answers
    /// nobody, and the connection ends.
    @Suite(.timeLimit(.minutes(5)))
    struct StrayBytesTests {
        /// More with `RESILIENT_TEST_SEED_FACTOR`: 50 of it are 1,000 rounds.
        private static var rounds: Int {
            let factor = ProcessInfo.processInfo.environment["RESILIENT_TEST_SEED_FACTOR"].flatMap { Int($0) } ?? 1
            return 20 * max(1, factor)
        }

        private static func configuration(_ isSecure: Bool) throws -> CurlConfiguration {
            try isSecure ? .trusting { $0.usesHTTP2 = false } : CurlConfiguration()
        }

        private static func check(
            _ stray: StrayBytes,
            isSecure: Bool,
            isTogether: Bool,
            library: CurlLibrary? = nil
        ) async throws {
            let server = StrayServer(stray, isTogether: isTogether)
            try await server.run(isSecure: isSecure) { peer in
                try await SecureClient.run(configuration(isSecure), library: library) { client in
                    for round in 0..<rounds {
                        func url(_ path: String) throws -> URL {
                            try #require(URL(string: "http\(isSecure ? "s" : "")://localhost:\(peer.port)\(path)"))
                        }
                        let first = try await client.send(stray.method, url("/first/\(round)"))
                        #expect(stray.answer("/first/\(round)").contains(" \(first.status.code) "))
                        while server.strays <= round { await Task.yield() }
                        let path = "/second/\(round)"
                        let second = try await client.send(.post, url(path), body: .text("order"))
                        try #require(second.text == path)
                        #expect(second.attempts.count == 1)
                    }
                }
            }
            #expect(server.orders.count == rounds)
            #expect(server.orders.values.allSatisfy { $0 == 1 })
        }

        @Test(arguments: StrayBytes.allCases, [false, true])
        func theNextRequestGetsItsOwnResponse(_ stray: StrayBytes, isSecure: Bool) async throws {
            guard !isSecure || OpenSSL.isThere else { return }
            try await Self.check(stray, isSecure: isSecure, isTogether: false)
        }

        @Test(arguments: StrayBytes.allCases, [false, true])
        func soItDoesWhenTheyComeWithTheResponse(_ stray: StrayBytes, isSecure: Bool) async throws {
            guard !isSecure || OpenSSL.isThere else { return }
            try await Self.check(stray, isSecure: isSecure, isTogether: true)
        }

        @Test(arguments: [false, true])
        func soItDoesWhereSendingsAreNotTold(isSecure: Bool) async throws {
            guard !isSecure || OpenSSL.isThere else { return }
            var library = try CurlLibrary.loaded.get()
            library.number = 0x07_4F01
            try await Self.check(.response, isSecure: isSecure, isTogether: false, library: library)
        }

        /// While one request waits for another's connection, the bytes behind that one's response are there first.
        @Test func aRequestThatWaitedForTheConnectionGetsItsOwnResponse() async throws {
            let server = StrayServer(.response, isTogether: true)
            try await server.run(isSecure: false) { peer in
                var configuration = CurlConfiguration()
                configuration.pool.maxConnections = 1
                try await SecureClient.run(configuration) { client in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<40 {
                            group.addTask {
                                let isOrder = number.isMultiple(of: 2)
                                let path = "/\(isOrder ? "second" : "first")/\(number)"
                                let url = try #require(URL(string: "http://127.0.0.1:\(peer.port)\(path)"))
                                let body = RequestBody.text("order")
                                let response = try await client.send(
                                    isOrder ? .post : .get,
                                    url,
                                    body: isOrder ? body : .empty
                                )
                                #expect(response.text == path)
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            }
            #expect(server.orders.count == 20)
            #expect(server.orders.values.allSatisfy { $0 == 1 })
        }

        @Test func anIdleConnectionEndsAtOnce() async throws {
            let ended = Mutex(0)
            let serve: @Sendable (Int, SocketConnection) -> Void = { _, connection in
                connection.receiveHead()
                connection.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                connection.say("HTTP/1.1 200 OK\r\n")
                while connection.receive() {}
                ended.withLock { $0 += 1 }
            }
            try await SocketPeer.run(serve: serve) { peer in
                try await SecureClient.run(CurlConfiguration()) { client in
                    let url = try #require(URL(string: "http://127.0.0.1:\(peer.port)/"))
                    #expect(try await client.send(.get, url).text == "ok")
                    // Without another request.
                    while ended.withLock({ $0 }) == 0 { await Task.yield() }
                }
            }
        }

        /// TLS 1.3 sends tickets and new keys whenever it likes (RFC 8446 §4.6).
        @Test(arguments: [false, true])
        func noConnectionIsLostToWhatTLSSays(newKeys: Bool) async throws {
            guard OpenSSL.isThere else { return }
            let identity = try Certificates.made().server
            let library = try OpenSSL(certificate: identity.certificate, key: identity.key)
            let sent = Mutex(0)
            let serve: @Sendable (Int, SocketConnection) -> Void = { _, connection in
                guard let secure = TLSConnection(library, over: connection) else { return }
                while let head = secure.receiveHead() {
                    let path = head.split(separator: " ")[1]
                    secure.say("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
                    if newKeys { secure.sendNewKeys() } else { secure.sendTicket() }
                    sent.withLock { $0 += 1 }
                }
                secure.end()
            }
            try await SocketPeer.run(serve: serve) { peer in
                try await SecureClient.run(Self.configuration(true)) { client in
                    for round in 0..<Self.rounds {
                        let url = try #require(URL(string: "https://localhost:\(peer.port)/\(round)"))
                        #expect(try await client.send(.get, url).text == "/\(round)")
                        while sent.withLock({ $0 }) <= round { await Task.yield() }
                    }
                }
                #expect(peer.connections == 1)
            }
        }
    }
}
#endif
