import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// How much, and by which rule.
extension RetryStageTests {
    @Test func anEmptyBudgetEndsRetrying() throws {
        let transport = MockTransport(.status(503))
        let poor = configuration { $0.budget = .tokens(capacity: 12) }
        let (counts, left) = try simulate(poor, transport: transport) { client, _ in
            var counts: [Int] = []
            for _ in 0..<3 {
                counts.append(try await client.send(ClientRequest(url: .example("a"))).attempts.count)
            }
            return (counts, client.retryBudgetLeft)
        }
        #expect(counts == [3, 1, 1])
        #expect(left == 2)
    }

    @Test func aRetryAfterATimeoutCostsMoreAndSuccessesRefill() throws {
        let transport = MockTransport(.hang, .ok, .ok)
        let left = try simulate(configuration(), transport: transport) { client, _ in
            var left: [Double?] = []
            let response = try await client.send(ClientRequest(url: .example("a")))
            left.append(response.explanation.decisions.compactMap(\.outcome.left).first)
            left.append(client.retryBudgetLeft)
            _ = try await client.send(ClientRequest(url: .example("a")))
            left.append(client.retryBudgetLeft)
            return left
        }
        #expect(left == [490, 500, 500])
    }

    @Test func aPlainSuccessAddsOneToken() throws {
        let transport = MockTransport(.status(503), .status(503), .status(503), .ok)
        let left = try simulate(configuration(), transport: transport) { client, _ in
            var left: [Double?] = []
            for _ in 0..<2 {
                _ = try await client.send(ClientRequest(url: .example("a")))
                left.append(client.retryBudgetLeft)
            }
            return left
        }
        #expect(left == [490, 491])
    }

    @Test func aRatioBudgetAllowsAShareOfTheCallsAndTheFloor() throws {
        let transport = MockTransport(.status(503))
        let shared = configuration { $0.budget = .ratio(0.5, window: .seconds(100), floor: 1) }
        let counts = try simulate(shared, transport: transport) { client, _ in
            var counts: [Int] = []
            for _ in 0..<6 {
                counts.append(try await client.send(ClientRequest(url: .example("a"))).attempts.count)
            }
            return counts
        }
        // Retries so far never exceed half of the calls so far, but for the floor of one.
        #expect(counts == [2, 1, 1, 2, 1, 2])
    }

    @Test func rulesSetAttemptsCostAndBackoffByClass() throws {
        let transport = MockTransport(.status(429), .status(429), .status(429), .status(429), .ok)
        let ruled = configuration {
            $0.rules[.throttled] = RetryRule(maxAttempts: 5, cost: 1, backoff: .constant(.seconds(9)))
        }
        let response = try simulate(ruled, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.dropFirst().map(\.delay) == Array(repeating: .seconds(9), count: 4))
        #expect(response.explanation.decisions.compactMap(\.outcome.left) == [499, 498, 497, 496])
    }

    @Test func aCallMayAskForFewerOrMoreAttempts() throws {
        let transport = MockTransport(.status(503))
        _ = try simulate(configuration(), transport: transport) { client, _ in
            _ = try await client.send(ClientRequest(url: .example("a")), options: .init(maxAttempts: 1))
            _ = try await client.send(ClientRequest(url: .example("a")), options: .init(maxAttempts: 5))
        }
        #expect(transport.requestCount == 6)
    }

    @Test func thePolicyOfTheProgramDecides() throws {
        struct OnlyOnce: RetryPolicy {
            func verdict(on failure: FailedAttempt) -> RetryVerdict {
                failure.failureClass == .serverError ? .retry : .stop("not mine")
            }
        }
        let transport = MockTransport(.status(500), .status(500), .status(500), .ok)
        let response = try simulate(configuration(), transport: transport) {
            $0.retryPolicy = OnlyOnce().withAttemptLimit(2)
        } _: { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 500)
        #expect(transport.requestCount == 2)
    }

    @Test func aCallsLimitHoldsWhateverThePolicySays() throws {
        struct Always: RetryPolicy {
            func verdict(on failure: FailedAttempt) -> RetryVerdict { .retry }
        }
        for (limit, expected) in [(2, 2), (nil, 1000)] {
            let transport = MockTransport(.status(500))
            let endless = configuration {
                $0.backoff = .none
                $0.budget = nil
            }
            _ = try simulate(endless, transport: transport) {
                $0.retryPolicy = Always()
            } _: { client, _ in
                try await client.send(ClientRequest(url: .example("a")), options: .init(maxAttempts: limit))
            }
            #expect(transport.requestCount == expected)
        }
    }

    @Test func errorsOfTheProgramsOwnCanBeClassified() throws {
        struct Flaky: Error {}
        let transport = MockTransport(.error(Flaky()), .ok)
        let response = try simulate(configuration(), transport: transport) {
            $0.failureClass = { $0 is Flaky ? .connectionLost : nil }
        } _: { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 200)
    }

    @Test func credentialsAreRefreshedOnceAfterA401() throws {
        let transport = MockTransport(.status(401), .status(401), .ok)
        let response = try simulate(configuration(), transport: transport) {
            $0.refreshCredentials = { request, _, _ in
                var request = request
                request.headers[.authorization] = "Bearer fresh-token"
                return request
            }
        } _: { client, _ in
            try await client.send(ClientRequest(method: .post, url: .example("a"), body: .text("x")))
        }
        #expect(response.status == 401)
        #expect(transport.requests.map { $0.request.headers[.authorization] } == [nil, "Bearer fresh-token"])
    }

    @Test func theNumberOfTheRetryIsSentWhenAsked() throws {
        let transport = MockTransport(.status(503), .ok)
        _ = try simulate(configuration { $0.attemptHeader = "X-Retry-Count" }, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        let name = try #require(HeaderFields.Name("x-retry-count"))
        #expect(transport.requests.map { $0.request.headers[name] } == ["0", "1"])
    }

    @Test func aRefreshThatFailsGivesTheRetrysTokensBackOnce() throws {
        struct NoCredentials: Error {}
        let transport = MockTransport(.status(503), .status(503), .status(503), .status(503), .status(401))
        let left = try simulate(configuration(), transport: transport) {
            $0.refreshCredentials = { _, _, _ in throw NoCredentials() }
        } _: { client, _ in
            _ = try await client.send(ClientRequest(url: .example("a")))
            #expect(client.retryBudgetLeft == 490)
            await #expect(throws: NoCredentials.self) {
                try await client.send(ClientRequest(url: .example("a")))
            }
            return client.retryBudgetLeft
        }
        #expect(left == 490)
    }
}

extension RetryStageTests {
    @Test(arguments: [RetryBudgetConfiguration.tokens(capacity: 5), .ratio(0, floor: 1)])
    func whatThisMachineLacksIsTriedAgainAndCostsNoBudget(_ budget: RetryBudgetConfiguration) throws {
        let lacking = ResilientError(.resourcesExhausted, "no file descriptor is left", reachedServer: .no)
        let transport = MockTransport(.error(lacking), .error(lacking), .ok, .status(503), .error(lacking), .ok)
        let left = try simulate(configuration { $0.budget = budget }, transport: transport) { client, _ in
            // Nothing was sent, so that even a POST may be sent again.
            let posted = try await client.send(ClientRequest(method: .post, url: .example("a")))
            #expect(posted.attempts.map(\.delay) == [.zero, .seconds(1), .seconds(2)])
            // What was taken for a retry that found no descriptor comes back.
            #expect(try await client.send(ClientRequest(url: .example("a"))).attempts.count == 3)
            return client.retryBudgetLeft
        }
        #expect(left == (budget.kind == .tokens ? 5 : 1))
    }

    @Test func aShareOfTheCallsHoldsForAServiceThatFailsEveryOtherTime() throws {
        let transport = MockTransport()
        transport.on(.any) { $0.number % 2 == 0 ? .ok : .status(503) }
        let settings = configuration {
            $0.budget = .ratio(0.2, window: .seconds(3600), floor: 0)
            $0.backoff = .none
        }
        try simulate(settings, transport: transport) { client, _ in
            for _ in 0..<500 { _ = try await client.send(ClientRequest(url: .example("a"))) }
        }
        let retries = transport.requests.count { $0.attempt > 1 }
        #expect(retries <= 100 && retries >= 95, "\(retries)")
    }
}
