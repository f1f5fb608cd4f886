import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct ExplanationTests {
    private let configuration = Configuration().with {
        $0.retry = RetryConfiguration(maxAttempts: 3, backoff: .constant(.seconds(2), jitter: .none))
        $0.retry?.serverJitter = 0
        $0.timeouts = Timeouts(attempt: .seconds(5), total: .seconds(60))
    }

    @Test func theHappyPathShowsEachStagesDecisionInOrder() throws {
        let response = try simulate(configuration) { client, _ in
            try await client.get("https://example.com/")
        }
        #expect(
            response.explanation.description == """
                validation: passed
                deadline: at most 60.0 s
                circuit_breaker: closed: passed
                attempt_timeout: at most 5.0 s
                """
        )
    }

    @Test func aRetriedAndRedirectedCallTellsItsStory() throws {
        let transport = MockTransport(
            .status(503),
            .status(307, headers: [.location: "/b"]),
            .status(429, headers: [.retryAfter: "7"]),
            .ok
        )
        let response = try simulate(configuration, transport: transport) { client, _ in
            try await client.get("https://example.com/a")
        }
        #expect(
            response.explanation.description == """
                validation: passed
                deadline: at most 60.0 s
                circuit_breaker: closed: passed
                attempt_timeout: at most 5.0 s
                retry: waits 2.0 s (backoff): attempt 1 failed: server_error, 495.0 left
                circuit_breaker: closed: passed
                attempt_timeout: at most 5.0 s
                redirects: 307 to https://example.com/b
                circuit_breaker: closed: passed
                attempt_timeout: at most 5.0 s
                retry: waits 7.0 s (server): attempt 1 failed: throttled, 495.0 left
                circuit_breaker: closed: passed
                attempt_timeout: at most 5.0 s
                """
        )
        #expect(response.attempts.map(\.number) == [1, 2, 3, 4])
        #expect(response.attempts.map(\.delay) == [.zero, .seconds(2), .zero, .seconds(7)])
    }

    @Test func theReasonWhyThereIsNoFurtherAttemptIsTold() throws {
        let response = try simulate(configuration, transport: MockTransport(.status(503))) { client, _ in
            try await client.send(ClientRequest(method: .post, url: .example()))
        }
        #expect(response.explanation.description.hasSuffix("may have been carried out"))
    }

    @Test func aCallKeepsAHundredDecisionsAndCountsTheRest() throws {
        struct Chatty: Middleware {
            func intercept(
                _ request: ClientRequest,
                context: RequestContext,
                next: Next
            ) async throws -> ClientResponse {
                for index in 1...150 { context.explain(.init(rawValue: "chatty"), .note("\(index)")) }
                return try await next(request, context: context)
            }
        }
        let response = try simulate(.passthrough) {
            $0.stages = [CustomStage(.init(rawValue: "chatty"), Chatty(), at: .outermost)]
        } _: { client, _ in
            try await client.get("https://example.com/")
        }
        #expect(response.explanation.decisions.count == Explanation.limit)
        #expect(response.explanation.dropped == 50)
        #expect(response.explanation.description.hasSuffix("chatty: 100\n… and 50 more"))
    }

    @Test func theTimeOfACallIsNetworkAndWaiting() throws {
        for seed in Simulation.seeds(50) {
            let transport = MockTransport()
            let response = try simulate(seed: seed, transport: transport) { client, simulation in
                transport.on(.any) { recorded in
                    let answer: MockAnswer = recorded.number < 3 ? .status(503) : .ok
                    return answer.after(simulation.random(upTo: .seconds(3)))
                }
                return try await client.get("https://example.com/")
            }
            let timings = response.timings
            #expect(timings.total == timings.network + timings.waiting)
            #expect(timings.network == response.attempts.map(\.duration).reduce(.zero, +))
            #expect(timings.waiting == response.attempts.map(\.delay).reduce(.zero, +))
            #expect(timings.waiting > .zero)
        }
    }
}

extension ExplanationTests {
    @Test func anAttemptLastsFromItsOwnSendingWhereverItsTimeoutStands() throws {
        let transport = MockTransport(MockAnswer.status(503).after(.seconds(1)), MockAnswer.ok.after(.seconds(1)))
        let turned = configuration.with {
            $0.order = [.validation, .deadline, .redirects, .attemptTimeout, .retry, .circuitBreaker]
        }
        let response = try simulate(turned, transport: transport) { client, _ in
            try await client.get("https://example.com/")
        }
        #expect(response.attempts.map(\.duration) == [.seconds(1), .seconds(1)])
        #expect(response.timings.network + response.timings.waiting == response.timings.total)
    }
}
