import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct RetryStageTests {
    private func configuration(_ change: (inout RetryConfiguration) -> Void = { _ in }) -> Configuration {
        var retry = RetryConfiguration(
            maxAttempts: 3,
            backoff: .exponential(base: .seconds(1), cap: .seconds(60), jitter: .none)
        )
        change(&retry)
        return Configuration().with { $0.retry = retry }
    }

    @Test func aFailedAttemptIsFollowedByAnotherAfterTheBackoff() throws {
        let transport = MockTransport(.status(503), .connectionLost(), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 200)
        #expect(response.attempts.map(\.delay) == [.zero, .seconds(1), .seconds(2)])
        #expect(response.attempts.map { $0.status?.code } == [503, nil, 200])
        #expect(response.timings.waiting == .seconds(3))
        #expect(response.timings.total == .seconds(3))
        #expect(transport.requests.map(\.attempt) == [1, 2, 3])
        #expect(Set(transport.requests.map(\.requestID)).count == 1)
    }

    @Test func theLastAnswerIsReturnedWhenAttemptsAreUsedUp() throws {
        let transport = MockTransport(.status(503, body: "1"), .status(503, body: "2"), .status(502, body: "3"), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 502)
        #expect(response.text == "3")
        #expect(transport.requestCount == 3)
    }

    @Test func theLastErrorIsThrownWithEveryAttempt() throws {
        let transport = MockTransport(.status(500), .connectFailed, .connectionLost())
        let error = try #require(throws: ResilientError.self) {
            try simulate(configuration(), transport: transport) { client, _ in
                try await client.send(ClientRequest(url: .example("a")), options: .init(endpoint: "list_a"))
            }
        }
        #expect(error.code == .connectionLost)
        #expect(error.attempts.count == 3)
        #expect(error.attempts[0].status == 500)
        #expect((error.attempts[1].error as? ResilientError)?.code == .connectFailed)
        #expect(error.endpoint == "list_a")
        #expect(error.requestID != nil)
    }

    @Test(arguments: [400, 401, 403, 404, 409, 422, 501])
    func aStatusThatSaysTheRequestIsWrongIsNotRetried(status: Int) throws {
        let transport = MockTransport(.status(.init(status)), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status.code == status)
        #expect(transport.requestCount == 1)
    }

    @Test(arguments: [408, 429, 500, 502, 503, 504, 529])
    func aStatusThatSaysTheServerIsIllIsRetried(status: Int) throws {
        let transport = MockTransport(.status(.init(status)), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 200)
        #expect(transport.requestCount == 2)
    }

    @Test func listedStatusesReplaceTheStandardOnes() throws {
        let transport = MockTransport(.status(409), .status(500), .ok)
        let response = try simulate(configuration { $0.statuses = [409] }, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 500)
        #expect(transport.requestCount == 2)
    }

    @Test func anExhaustedQuotaIsNeverRetried() throws {
        let body = #"{"error":{"code":"insufficient_quota"}}"#
        let transport = MockTransport(.status(429, headers: [.retryAfter: "1"], body: body), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 429)
        #expect(transport.requestCount == 1)
    }

    @Test func noContentIsASuccessAndNeverSentAgain() throws {
        let transport = MockTransport(.status(204), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.delete("https://example.com/a")
        }
        #expect(response.status == 204)
        #expect(transport.requestCount == 1)
    }

    @Test func aBodyThatBreaksIsAFailedAttempt() throws {
        let lost = ResilientError(.connectionLost, "cut", reachedServer: .yes)
        let transport = MockTransport(
            .stream([Data("ha".utf8)], interval: .seconds(1), endingWith: lost),
            .stream([Data("ha".utf8), Data("lf".utf8)])
        )
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.text == "half")
        #expect(response.attempts.count == 2)
    }
}

// MARK: - What may be sent twice

extension RetryStageTests {
    @Test func aPostIsNotRepeatedWhenItMayHaveBeenCarriedOut() throws {
        for answer in [MockAnswer.status(503), .connectionLost(), .status(429, headers: [.retryAfter: "0"])] {
            let transport = MockTransport(answer, .ok)
            _ = try? simulate(configuration(), transport: transport) { client, _ in
                try await client.send(ClientRequest(method: .post, url: .example("a"), body: .text("x")))
            }
            #expect(transport.requestCount == 1)
        }
    }

    @Test func aPostIsRepeatedWhenNothingOfItWasSent() throws {
        let transport = MockTransport(.connectFailed, .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(method: .post, url: .example("a"), body: .text("x")))
        }
        #expect(response.status == 200)
        #expect(transport.requestCount == 2)
    }

    @Test func anIdempotencyKeyMakesAPostRepeatableAndStaysTheSame() throws {
        let transport = MockTransport(.status(503), .status(503), .ok)
        let configuration = configuration { $0.generatesIdempotencyKeys = true }
        let response = try simulate(configuration, transport: transport) { client, _ in
            try await client.send(ClientRequest(method: .post, url: .example("a"), body: .text("x")))
        }
        let keys = transport.requests.map { $0.request.headers[.idempotencyKey] }
        #expect(keys.count == 3)
        #expect(Set(keys) == [response.requestID?.description])
    }

    @Test func aKeyOfTheCallersOwnIsKept() throws {
        let transport = MockTransport(.status(503), .ok)
        let configuration = configuration { $0.generatesIdempotencyKeys = true }
        _ = try simulate(configuration, transport: transport) { client, _ in
            try await client.post("https://example.com/a", options: .init(idempotencyKey: "order-7"))
        }
        #expect(transport.requests.map { $0.request.headers[.idempotencyKey] } == ["order-7", "order-7"])
    }

    @Test func theServerMayAskForAPostAgainWhenTheConfigurationLetsIt() throws {
        let asks: [MockAnswer] = [
            .status(503, headers: [.retryAfter: "1"]),
            .status(500, headers: [HeaderFields.Name("x-should-retry").unsafelyThere: "true"]),
        ]
        for ask in asks {
            let transport = MockTransport(ask, .ok)
            let response = try simulate(configuration { $0.unsafeRequests = .ifServerAsks }, transport: transport) {
                client,
                _ in
                try await client.send(ClientRequest(method: .post, url: .example("a")))
            }
            #expect(response.status == 200)
        }
    }

    @Test func neverMeansNeverAndAlwaysMeansAlways() throws {
        let never = MockTransport(.connectFailed, .ok)
        #expect(throws: ResilientError.self) {
            try simulate(configuration { $0.unsafeRequests = .never }, transport: never) { client, _ in
                try await client.send(ClientRequest(method: .post, url: .example("a")))
            }
        }
        #expect(never.requestCount == 1)

        let keyed = MockTransport(.status(503), .ok)
        _ = try simulate(configuration { $0.unsafeRequests = .never }, transport: keyed) { client, _ in
            try await client.send(
                ClientRequest(method: .post, url: .example("a")),
                options: .init(idempotencyKey: "k")
            )
        }
        #expect(keyed.requestCount == 1)

        let always = MockTransport(.status(500), .ok)
        _ = try simulate(configuration { $0.unsafeRequests = .always }, transport: always) { client, _ in
            try await client.send(ClientRequest(method: .post, url: .example("a")))
        }
        #expect(always.requestCount == 2)
    }

    @Test func aBodyThatCanBeReadOnceIsSentOnce() throws {
        let transport = MockTransport(.status(503), .ok)
        let chunks = AsyncThrowingStream<Data, any Error> { $0.finish() }
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(method: .put, url: .example("a"), body: .once(chunks)))
        }
        #expect(response.status == 503)
        #expect(transport.requestCount == 1)
        #expect(response.explanation.description.contains("only once"))
    }

    @Test func aBodyIsReplayedAtEveryAttempt() async throws {
        let transport = MockTransport(.status(503), .status(503), .ok)
        _ = try simulate(configuration(), transport: transport) { client, _ in
            try await client.put("https://example.com/a", json: ["x": 1])
        }
        for recorded in transport.requests {
            let body = try await recorded.request.body.collect()
            #expect(String(decoding: body, as: UTF8.self) == #"{"x":1}"#)
        }
        #expect(transport.requestCount == 3)
    }
}

// MARK: - When

extension RetryStageTests {
    @Test func theLongerOfBackoffAndRetryAfterIsWaited() throws {
        let transport = MockTransport(
            .status(503, headers: [.retryAfter: "7"]),
            .status(503, headers: [.retryAfter: "1"]),
            .ok
        )
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.map(\.delay) == [.zero, .seconds(7), .seconds(2)])
        let waits = response.explanation.decisions.filter { $0.outcome.delay != nil }
        #expect(waits.map(\.outcome.delaySource) == [.server, .backoff])
        #expect(waits.map(\.outcome.left) == [495, 490])
    }

    @Test func aRetryAfterDateCountsFromTheClientsWallClock() throws {
        // The simulation's wall clock starts at 2026-01-01T00:00:00Z.
        let transport = MockTransport(.status(429, headers: [.retryAfter: "Thu, 01 Jan 2026 00:00:30 GMT"]), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.last?.delay == .seconds(30))
    }

    @Test(arguments: [
        ("retry-after-ms", "2500", Duration.milliseconds(2500)),
        ("x-ms-retry-after-ms", "1500.5", .microseconds(1_500_500)),
        ("retry-after", "1.5", .milliseconds(1500)),
        ("x-ratelimit-reset-requests", "6m0s", .seconds(360)),
        ("anthropic-ratelimit-tokens-reset", "2026-01-01T00:01:00Z", .seconds(60)),
        ("x-ratelimit-reset", "1767225645", .seconds(45)),
    ])
    func everyFormOfTheServersDelayIsRead(name: String, value: String, expected: Duration) throws {
        let name = try #require(HeaderFields.Name(name))
        let transport = MockTransport(.status(429, headers: [name: value]), .ok)
        let patient = configuration { $0.maxServerDelay = .seconds(3600) }
        let response = try simulate(patient, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.last?.delay == expected)
    }

    @Test func aLimitThatIsNotUsedUpDelaysNothing() throws {
        let headers: HeaderFields = [
            HeaderFields.Name("x-ratelimit-remaining-requests").unsafelyThere: "9",
            HeaderFields.Name("x-ratelimit-reset-requests").unsafelyThere: "50s",
            HeaderFields.Name("x-ratelimit-remaining-tokens").unsafelyThere: "0",
            HeaderFields.Name("x-ratelimit-reset-tokens").unsafelyThere: "3s",
        ]
        let transport = MockTransport(.status(429, headers: headers), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.last?.delay == .seconds(3))
    }

    @Test func aServerDelayBeyondTheCapEndsTheCallAtOnce() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "121"]), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 503)
        #expect(response.timings.total == .zero)
    }

    @Test func theServersWordOnRetryingCountsMoreThanTheStatus() throws {
        let no = HeaderFields([.init(name: .init("x-should-retry").unsafelyThere, value: "false")])
        let transport = MockTransport(.status(503, headers: no), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 503)
        #expect(transport.requestCount == 1)
    }

    @Test func anAnswerThatIsNoFailureIsRetriedWhenTheServerSaysSo() throws {
        let yes = HeaderFields([.init(name: .init("x-should-retry").unsafelyThere, value: "true")])
        let transport = MockTransport(.status(409, headers: yes), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 200)

        let unheeded = MockTransport(.status(409, headers: yes), .ok)
        let refused = try simulate(configuration { $0.heedsServer = false }, transport: unheeded) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(refused.status == 409)
    }

    @Test func aResetInUnixMillisecondsIsRead() throws {
        // 1.5 s after the simulation's wall clock, 2026-01-01T00:00:00Z.
        let reset = HeaderFields([.init(name: .init("x-ratelimit-reset").unsafelyThere, value: "1767225601500")])
        let transport = MockTransport(.status(429, headers: reset), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.map(\.delay) == [.zero, .milliseconds(1500)])
    }

    @Test func aDelayThatDoesNotFitTheDeadlineIsNotWaitedFor() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "10"]), .ok)
        let bounded = configuration().with {
            $0.timeouts.attempt = .seconds(5)
            $0.timeouts.total = .seconds(10)
        }
        let response = try simulate(bounded, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 503)
        #expect(response.timings.total == .zero)
        #expect(response.explanation.description.contains("does not fit the deadline"))
    }

    @Test func delaysAreSpreadByTheClientsChance() throws {
        var delays: Set<Duration> = []
        for seed in 0..<50 {
            let response = try simulate(seed: UInt64(seed), transport: MockTransport(.status(503), .ok)) { client, _ in
                try await client.send(ClientRequest(url: .example("a")))
            }
            let delay = try #require(response.attempts.last?.delay)
            #expect(delay >= .zero && delay <= .milliseconds(500))
            delays.insert(delay)
        }
        #expect(delays.count == 50)
    }
}

// MARK: - How much, and by which rule

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
}

extension Optional {
    /// For literals in tests that are known to be there.
    fileprivate var unsafelyThere: Wrapped {
        guard let self else { preconditionFailure("a literal of the test is not what it should be") }
        return self
    }
}
