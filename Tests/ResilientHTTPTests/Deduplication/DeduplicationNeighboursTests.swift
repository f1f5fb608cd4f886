import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// Shared flights among the other stages: what is further in happens once for all, what is further out for each.
@Suite struct DeduplicationNeighboursTests {
    private let request = ClientRequest(url: .example("a"))
    private let retry = RetryConfiguration(maxAttempts: 3, backoff: .constant(.seconds(1), jitter: .none))

    @Test func aFlightIsRetriedOnceForAll() throws {
        let transport = MockTransport(.status(503).after(.seconds(1)), .connectionLost(), .ok)
        let (responses, budget) = try simulate(.sharing { [retry] in $0.retry = retry }, transport: transport) {
            client,
            simulation in
            (try await simulation.start(client, 5).responses, client.retryBudgetLeft)
        }
        #expect(transport.requestCount == 3)
        #expect(responses.map(\.status) == [200, 200, 200, 200, 200])
        #expect(responses.map(\.attempts.count) == [3, 0, 0, 0, 0])
        // Two retries at five tokens each; the one that succeeded gets its cost back.
        #expect(budget == 495)
    }

    @Test func aCallThatComesDuringTheBackoffJoins() throws {
        let transport = MockTransport(.status(503), .ok)
        let sources = try simulate(.sharing { [retry] in $0.retry = retry }, transport: transport) {
            client,
            simulation in
            let first = try await simulation.start(client, 1)
            try await simulation.sleep(for: .milliseconds(500))
            return try await (first + simulation.start(client, 1)).responses.map(\.source)
        }
        #expect(sources == [.network, .coalesced])
        #expect(transport.requestCount == 2)
    }

    @Test func eachFollowsTheRedirectAndTheNextHopIsSharedToo() throws {
        let transport = MockTransport()
        transport.on(.path("/a"), .status(302, headers: [.location: "/b"]).after(.seconds(1)))
        transport.on(.path("/b"), .status(200, body: "there").after(.seconds(1)))
        let responses = try simulate(.sharing(), transport: transport) { client, simulation in
            try await simulation.start(client, 4).responses
        }
        #expect(responses.map(\.text) == ["there", "there", "there", "there"])
        #expect(responses.allSatisfy { $0.url == .example("b") })
        #expect(transport.requests.map(\.request.url) == [.example("a"), .example("b")])
    }

    @Test func aFlightTakesOneSlotAndOneToken() throws {
        let transport = MockTransport(MockAnswer.ok.after(.seconds(1)))
        let configuration = Configuration.sharing {
            $0.admission = AdmissionConfiguration(maxConcurrentRequests: 1, capacity: 1)
            $0.rateLimit = RateLimitConfiguration(["requests": .tokenBucket(rate: 0.001, burst: 1)])
        }
        let responses = try simulate(configuration, transport: transport) { client, simulation in
            try await simulation.start(client, 10).responses
        }
        #expect(responses.allSatisfy { $0.status == 200 })
    }

    /// A circuit counts requests, not those who wait for them.
    @Test func aFailedFlightIsOneFailureToTheBreaker() throws {
        let transport = MockTransport(.connectionLost().after(.seconds(1)))
        let configuration = Configuration.sharing {
            $0.retry = nil
            $0.circuitBreaker = CircuitBreakerConfiguration(failureThreshold: 2)
        }
        let states = try simulate(configuration, transport: transport) { client, simulation in
            var states: [CircuitBreaker.State?] = []
            for _ in 0..<2 {
                _ = try await simulation.start(client, 10).results
                states.append(client.circuitBreakerStatus().values.first?.state)
            }
            return states
        }
        #expect(states == [.closed, .open])
    }

    @Test func copiesOfASlowRequestAreSentFromTheFlight() throws {
        let transport = MockTransport(.hang, .status(200, body: "copy"))
        let configuration = Configuration.sharing { $0.hedging = HedgingConfiguration(delay: .seconds(1)) }
        let responses = try simulate(configuration, transport: transport) { client, simulation in
            try await simulation.start(client, 3).responses
        }
        #expect(transport.requestCount == 2)
        #expect(responses.map(\.text) == ["copy", "copy", "copy"])
    }

    /// Where the order puts hedging outside, a copy must not join the request that it is to overtake.
    @Test func aCopyDoesNotJoinTheFlightThatItIsToOvertake() throws {
        let transport = MockTransport(.hang, .status(200, body: "copy"))
        let configuration = Configuration.sharing {
            $0.hedging = HedgingConfiguration(delay: .seconds(1))
            $0.order = StageName.standardOrder.filter { $0 != .hedging }
            $0.order?.insert(.hedging, at: 0)
        }
        let response = try simulate(configuration, transport: transport) { [request] client, _ in
            try await client.send(request)
        }
        #expect(response.text == "copy")
    }
}
