import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

/// The default client beside failures that are no outage, and in one.
@Suite struct RecommendedBreakerTests {
    private static let statusOf: @Sendable (ResilientClient, String) async -> Int? = { client, path in
        try? await client.send(ClientRequest(url: .example(path))).status.code
    }

    @Test func twoCallsOfADeadEndpointDoNotCloseItsHost() throws {
        let transport = MockTransport()
        transport.on(.path("/ill"), .status(503))
        try simulate(transport: transport) { client, _ in
            for _ in 0..<2 { #expect(await Self.statusOf(client, "ill") == 503) }
            #expect(transport.requestCount == 6)
            #expect(await Self.statusOf(client, "well") == 200)
        }
    }

    @Test func aCrowdThatIsToldToComeBackInASecondIsServedThen() throws {
        for seed in Simulation.seeds(50) {
            let transport = MockTransport(
                [MockAnswer](repeating: .status(503, headers: [.retryAfter: "1"]), count: 6) + [.ok]
            )
            try simulate(seed: seed, transport: transport) { client, simulation in
                let calls = (0..<10).map { _ in simulation.start { await Self.statusOf(client, "a") } }
                var statuses: [Int?] = []
                for call in calls { statuses.append(try await call.value) }
                #expect(statuses == Array(repeating: 200, count: 10))
                #expect(client.circuitBreakerStatus().values.map(\.state) == [.closed])
            }
        }
    }

    @Test func anOutageIsLeftAloneAndItsEndIsNoticedWithinSeconds() throws {
        let transport = MockTransport()
        let began = MonotonicTime(nanoseconds: 1_000_000_000)
        try simulate(transport: transport) { client, simulation in
            let clock = simulation.clock
            transport.on(.any) { _ in clock.now < began + .seconds(60) ? .status(503) : .ok }
            var firstSuccess: Duration?
            while clock.now < began + .seconds(120) {
                simulation.start {
                    _ = await Self.statusOf(client, "a")
                }
                try await simulation.sleep(for: .milliseconds(100))
                let status = client.circuitBreakerStatus().values.first
                if clock.now > began + .seconds(60), status?.state == .closed, firstSuccess == nil {
                    firstSuccess = clock.now - (began + .seconds(60))
                }
            }
            #expect(try #require(firstSuccess) <= .seconds(11))
        }
        // Forty to find out, with those under way then, and three probes each time.
        let failed = transport.requests.filter { $0.time < began + .seconds(60) }.count
        #expect(failed < 80)
    }

    @Test(arguments: [
        ResilientError.Code.resourcesExhausted, .queueFull, .shed, .rateLimited, .clientClosed, .deadlineExceeded,
    ])
    func whatThisMachineCouldNotSendIsNotTheHostsFault(_ code: ResilientError.Code) throws {
        let transport = MockTransport(.error(ResilientError(code, "", reachedServer: .no)))
        try simulate(Configuration().with { $0.retry = nil }, transport: transport) { client, _ in
            for _ in 0..<100 { _ = await Self.statusOf(client, "a") }
            let status = client.circuitBreakerStatus().values.first
            #expect(status?.state == .closed)
            #expect(status?.callCount == 0)
            #expect(status?.inFlight == 0)
        }
    }
}

extension OverRealSockets {
    @Suite(.timeLimit(.minutes(1)))
    struct RecommendedBreakerSocketTests {
        @Test func theDefaultClientServesAHostWithADeadEndpoint() async throws {
            try await FaultServer.withServer { server in
                server.script("/ill", [.status(503)])
                server.script("/well", [.ok])
                let configuration = Configuration.recommended.with {
                    $0.retry?.backoff = .constant(.milliseconds(1))
                }
                try await withResilientClient(configuration, dependencies: .live()) { client in
                    for _ in 0..<2 {
                        let ill = try await client.send(ClientRequest(url: server.url.appending(path: "ill")))
                        #expect(ill.status == 503)
                    }
                    let well = try await client.send(ClientRequest(url: server.url.appending(path: "well")))
                    #expect(well.status == 200)
                }
                #expect(server.completeRequests(path: "/ill") == 6)
                #expect(server.completeRequests(path: "/well") == 1)
            }
        }
    }
}
