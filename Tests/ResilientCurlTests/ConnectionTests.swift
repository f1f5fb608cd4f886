#if os(Linux)
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// How many connections there are, where they lead, and how long they are kept.
    @Suite(.timeLimit(.minutes(1)))
    struct ConnectionTests {
        private static func burst(_ harness: CurlHarness, _ count: Int, path: String = "/") async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<count {
                    group.addTask {
                        let status = try await harness.send(.get, path).status
                        #expect(status == 200)
                    }
                }
                try await group.waitForAll()
            }
        }

        private static func pool(_ change: (inout PoolConfiguration) -> Void) -> CurlConfiguration {
            var configuration = CurlConfiguration()
            change(&configuration.pool)
            return configuration
        }

        @Test(arguments: [true, false])
        func noMoreConnectionsThanAllowed(perHost: Bool) async throws {
            let configuration = Self.pool { if perHost { $0.maxPerHost = 3 } else { $0.maxConnections = 3 } }
            try await CurlHarness.run(configuration) { harness in
                harness.server.script("/", [.ok.delayed(.milliseconds(2))])
                try await Self.burst(harness, 60)
                #expect(harness.server.counters.accepted == 3)
            }
        }

        @Test func noMoreIdleConnectionsAreKeptThanAllowed() async throws {
            try await CurlHarness.run(Self.pool { $0.maxKeepAlive = 2 }) { harness in
                harness.server.script("/", [.ok.delayed(.milliseconds(20))])
                for accepted in [30, 58] {
                    try await Self.burst(harness, 30)
                    // Not at once: the next burst might just be coming.
                    try await harness.server.waitUntil { $0.open == 2 }
                    // The two are good ones.
                    for _ in 0..<2 { _ = try await harness.send() }
                    #expect(harness.server.counters.accepted == accepted)
                    #expect(harness.server.counters.open == 2)
                }
            }
        }

        @Test func idleConnectionsAreClosedInTime() async throws {
            try await CurlHarness.run(Self.pool { $0.idleTimeout = .milliseconds(100) }) { harness in
                harness.server.script("/", [.ok])
                try await Self.burst(harness, 8)
                try await harness.server.waitForNoConnections()
                // And the transport goes on.
                #expect(try await harness.send().text == "ok")
                try await harness.server.waitForNoConnections()
            }
        }

        /// Also while others are in use, when libcurl looks at them as requests come: in whole seconds.
        @Test func idleConnectionsAreClosedWhileOneIsInUse() async throws {
            try await CurlHarness.run(Self.pool { $0.idleTimeout = .seconds(1) }) { harness in
                harness.server.script("/", [.ok])
                harness.server.script("/slow", [.ok.delayed(.milliseconds(50))])
                try await Self.burst(harness, 8, path: "/slow")
                #expect(harness.server.counters.open == 8)
                let start = ContinuousClock.now
                while harness.server.counters.open > 1 {
                    try #require(ContinuousClock.now < start + .seconds(20))
                    _ = try await harness.send()
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(ContinuousClock.now >= start + .milliseconds(900))
                #expect(harness.server.counters.accepted == 8)
            }
        }

        @Test func withoutKeepingEachRequestHasItsConnection() async throws {
            try await CurlHarness.run(Self.pool { $0.maxKeepAlive = 0 }) { harness in
                harness.server.script("/", [.ok])
                for _ in 0..<3 { _ = try await harness.send() }
                #expect(harness.server.counters.accepted == 3)
                try await harness.server.waitForNoConnections()
            }
        }

        @Test func connectionsAreKeptUnderLoad() async throws {
            try await CurlHarness.run { harness in
                harness.server.script("/", [.ok])
                for _ in 0..<10 { try await Self.burst(harness, 64) }
                // 20 idle ones are kept; those in use are not among them.
                #expect(harness.server.counters.accepted < 640 / 2)
            }
        }

        @Test func aHostIsResolvedAsSaid() async throws {
            try await FaultServer.withServer { server in
                server.script("/", [.ok])
                var configuration = CurlConfiguration()
                configuration.resolve = ["api.example:\(server.port)": "127.0.0.1"]
                let transport = try CurlTransport(configuration)
                let client = try ResilientClient(.passthrough, dependencies: Dependencies(transport: transport))
                let url = try #require(URL(string: "http://api.example:\(server.port)/"))
                #expect(try await client.send(ClientRequest(url: url)).text == "ok")
                #expect(server.requests.first?.values(of: "Host") == ["api.example:\(server.port)"])
                await client.shutdown()
            }
        }

        @Test(arguments: [20, 0])
        func aHostIsResolvedAsSaidWhenItsConnectionsAreGone(maxKeepAlive: Int) async throws {
            try await FaultServer.withServer { server in
                server.script("/", [.ok])
                var configuration = Self.pool {
                    $0.maxKeepAlive = maxKeepAlive
                    $0.idleTimeout = .milliseconds(20)
                }
                configuration.resolve = ["api.example:\(server.port)": "127.0.0.1"]
                let dependencies = Dependencies(transport: try CurlTransport(configuration))
                try await withResilientClient(.passthrough, dependencies: dependencies) { client in
                    let url = try #require(URL(string: "http://api.example:\(server.port)/"))
                    for _ in 0..<5 {
                        #expect(try await client.send(ClientRequest(url: url)).text == "ok")
                        try await server.waitForNoConnections()
                    }
                }
            }
        }

        /// libcurl's time to connect begins when the request does.
        @Test func aRequestThatFindsNoConnectionInItsTimeSaysSo() async throws {
            let configuration = Self.pool { $0.maxConnections = 1 }
            try await CurlHarness.run(configuration) { harness in
                harness.server.script("/slow", [.ok.delayed(.seconds(2))])
                harness.server.script("/", [.ok])
                async let slow = harness.send(.get, "/slow")
                try await harness.server.waitUntil { $0.open == 1 }
                let timeouts = RequestOptions(attemptTimeout: .seconds(1), connectTimeout: .milliseconds(200))
                let error = try await harness.failure(options: timeouts)
                #expect(error.code == .queueFull)
                #expect(error.reachedServer == .no)
                #expect(try await slow.status == 200)
            }
        }

        /// A look-up is kept for as long as said. The first one is given, as one that runs out (libcurl 7.75): to an
        /// address where nobody listens. Once it has run out, the name is looked up and leads to the server.
        @Test(arguments: [0, 1, 300])
        func anAddressIsKeptForItsTime(seconds: Int) async throws {
            guard try CurlLibrary.loaded.get().number >= 0x07_4B00 else { return }
            try await FaultServer.withServer { server in
                server.script("/", [.ok])
                var configuration = Self.pool { $0.dnsCacheTime = .seconds(seconds) }
                configuration.resolve = ["+localhost:\(server.port)": "127.0.0.2"]
                let dependencies = Dependencies(transport: try CurlTransport(configuration))
                try await withResilientClient(.passthrough, dependencies: dependencies) { client in
                    let url = try #require(URL(string: "http://localhost:\(server.port)/"))
                    func isAnswered() async throws -> Bool {
                        do {
                            return try await client.send(ClientRequest(url: url)).text == "ok"
                        } catch let error as ResilientError where error.code == .connectFailed {
                            return false
                        }
                    }
                    let start = ContinuousClock.now
                    var answered = try await isAnswered()
                    #expect(answered == (seconds == 0))
                    while !answered, ContinuousClock.now < start + .seconds(seconds == 1 ? 20 : 2) {
                        try await Task.sleep(for: .milliseconds(20))
                        answered = try await isAnswered()
                    }
                    #expect(answered == (seconds < 300))
                }
            }
        }

        @Test func aUnixSocketIsCalled() async throws {
            let path = FileManager.default.temporaryDirectory.appending(path: "curl-\(UUID()).socket").path
            let server = try UnixServer(path)
            defer { server.stop() }
            var configuration = CurlConfiguration()
            configuration.unixSocketPath = path
            let transport = try CurlTransport(configuration)
            let client = try ResilientClient(.passthrough, dependencies: Dependencies(transport: transport))
            let url = try #require(URL(string: "http://docker/version"))
            #expect(try await client.send(ClientRequest(url: url)).text == "unix")
            await client.shutdown()
        }

        @Test func whatIsNoTLSServerIsSaidToBeUnsent() async throws {
            var configuration = FaultServer.Configuration()
            configuration.connectionFault = .speaksFirst
            try await CurlHarness.run(server: configuration) { harness in
                let url = try #require(URL(string: "https://127.0.0.1:\(harness.server.port)/"))
                let error = try await harness.failure(of: ClientRequest(method: .post, url: url, body: .text("x")))
                #expect(error.code == .tlsFailed)
                #expect(error.reachedServer == .no)
            }
        }

        @Test func aHandshakeThatStopsIsUnsent() async throws {
            var configuration = FaultServer.Configuration()
            configuration.connectionFault = .neverReads
            try await CurlHarness.run(server: configuration) { harness in
                let url = try #require(URL(string: "https://127.0.0.1:\(harness.server.port)/"))
                let options = RequestOptions(attemptTimeout: .milliseconds(150))
                let error = try await harness.failure(of: ClientRequest(url: url), options: options)
                #expect(error.code == .attemptTimeout)
                #expect(error.reachedServer == .no)
            }
        }
    }
}
#endif
