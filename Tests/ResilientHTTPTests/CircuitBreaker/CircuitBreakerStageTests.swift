import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

@Suite struct CircuitBreakerStageTests {
    private static let once = CircuitBreakerConfiguration(failureThreshold: 1)

    /// The state of a breaker with a threshold of one after one attempt with an answer, and what is in flight.
    private func verdict(
        _ answer: MockAnswer,
        isDeaf: Bool = false,
        breaker: CircuitBreakerConfiguration = once,
        configure: @escaping @Sendable (inout Configuration) -> Void = { _ in },
        options: RequestOptions = RequestOptions()
    ) throws -> CircuitBreakerStatus {
        try BreakerClient.run(
            breaker,
            transport: MockTransport(answer, isDeaf: isDeaf),
            configure: configure
        ) { harness in
            await harness.get(options)
            return harness.breaker.status
        }
    }

    // MARK: - What an answer says

    @Test(arguments: [500, 501, 502, 503, 504, 599])
    func serverErrorsAreFailures(_ code: Int) throws {
        let status = try verdict(.status(.init(code)))
        #expect(status.state == .open)
        #expect(status.lastFailureType == "status_\(code)")
    }

    @Test(arguments: [200, 204, 304, 400, 401, 404, 408, 409, 422, 429])
    func otherStatusesAreNone(_ code: Int) throws {
        let status = try verdict(.status(.init(code)))
        #expect(status.state == .closed)
        #expect(status.inFlight == 0)
    }

    @Test func aClientErrorNeitherCountsNorStartsTheCountAnew() throws {
        let transport = MockTransport(.status(503), .status(404), .status(503))
        try BreakerClient.run(CircuitBreakerConfiguration(failureThreshold: 2), transport: transport) { harness in
            for _ in 0..<3 { await harness.get() }
            #expect(harness.breaker.state == .open)
        }
    }

    @Test func statusesCanBeChosen() throws {
        let throttling = Self.once.with { $0.countsThrottling = true }
        #expect(try verdict(.status(429), breaker: throttling).state == .open)
        let chosen = Self.once.with { $0.failureStatuses = [404] }
        #expect(try verdict(.status(404), breaker: chosen).state == .open)
        #expect(try verdict(.status(500), breaker: chosen).state == .closed)
        let success = CircuitBreakerConfiguration(failureThreshold: 2).with { $0.clientErrors = .success }
        let transport = MockTransport(.status(503), .status(404), .status(503))
        try BreakerClient.run(success, transport: transport) { harness in
            for _ in 0..<3 { await harness.get() }
            #expect(harness.breaker.status.failureCount == 1)
        }
    }

    @Test(arguments: [
        ResilientError.Code.connectFailed, .nameResolutionFailed, .tlsFailed, .connectionLost, .protocolError,
    ])
    func failuresOfTheConnectionCountAlsoWhenTheyReachedNobody(_ code: ResilientError.Code) throws {
        let status = try verdict(.error(ResilientError(code, "", reachedServer: .no)))
        #expect(status.state == .open)
        #expect(status.lastFailureType == code.rawValue)
    }

    @Test(arguments: [
        ResilientError.Code.rateLimited, .queueFull, .shed, .clientClosed, .invalidRequest, .insecureRequest,
        .responseTooLarge, .unsupported, .decoding, .circuitOpen, .bodyNotReplayable, .resourcesExhausted,
    ])
    func localRefusalsAreNeutral(_ code: ResilientError.Code) throws {
        let status = try verdict(.error(ResilientError(code, "")))
        #expect(status.state == .closed)
        #expect(status.inFlight == 0)
    }

    @Test func aBodyThatBreaksIsAFailure() throws {
        let lost = ResilientError(.connectionLost, "cut", reachedServer: .yes)
        #expect(try verdict(.stream([Data("a".utf8)], endingWith: lost)).state == .open)
    }

    @Test func aStatusErrorOfAStageFurtherInCountsByItsStatus() throws {
        var error = ResilientError(.status, "")
        error.status = 503
        #expect(try verdict(.error(error)).state == .open)
        error.status = 404
        #expect(try verdict(.error(error)).state == .closed)
    }

    @Test func anAnswerThatNoServerGaveSaysNothing() throws {
        struct Local: Middleware {
            func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws
                -> ClientResponse
            {
                ClientResponse(status: 503, source: .init(rawValue: "local"))
            }
        }
        try BreakerClient.run(Self.once, inside: Local()) { harness in
            await harness.get()
            #expect(harness.breaker.state == .closed)
            #expect(harness.breaker.status.inFlight == 0)
        }
    }

    // MARK: - Timeouts and cancellation

    @Test(arguments: [false, true])
    func anAttemptTimeoutIsAFailure(isDeaf: Bool) throws {
        let status = try verdict(.hang, isDeaf: isDeaf) { $0.timeouts = Timeouts(attempt: .seconds(5)) }
        #expect(status.state == .open)
        #expect(status.lastFailureType == "attempt_timeout")
    }

    @Test func theTotalDeadlineIsNeutralWhenTheAttemptHadLessThanItsTime() throws {
        let hurried = try verdict(
            .hang,
            configure: { $0.timeouts = Timeouts(attempt: .seconds(5), total: .seconds(9)) },
            options: RequestOptions(totalTimeout: .seconds(1))
        )
        #expect(hurried.state == .closed)
        #expect(hurried.inFlight == 0)
    }

    @Test func theTotalDeadlineIsAFailureWhenItGaveTheAttemptAllTheTimeThereIs() throws {
        let status = try verdict(.hang) { $0.timeouts = Timeouts(total: .seconds(9)) }
        #expect(status.state == .open)
        #expect(status.lastFailureType == "deadline_exceeded")
    }

    @Test func aCallThatItsCallerCancelledMovesNothingAndGivesTheSlotBack() throws {
        let transport = MockTransport(.status(503), .hang)
        let configuration = Self.once.with { $0.halfOpenMaxCalls = 1 }
        try BreakerClient.run(configuration, transport: transport) { harness in
            await harness.get()
            try await harness.simulation.sleep(for: .seconds(60))
            for _ in 0..<5 {
                let probe = harness.simulation.start { await harness.get() }
                try await harness.simulation.sleep(for: .seconds(1))
                #expect(harness.breaker.status.probesInFlight == 1)
                #expect(await harness.get().code == .circuitOpen)
                probe.cancel()
                _ = await probe.result
                #expect(harness.breaker.state == .halfOpen)
                #expect(harness.breaker.status.probesInFlight == 0)
            }
        }
    }

    @Test func whatAShutdownEndsIsNeutral() throws {
        try BreakerClient.run(Self.once, transport: MockTransport(.hang)) { harness in
            let call = harness.simulation.start { await harness.get() }
            try await harness.simulation.sleep(for: .seconds(1))
            await harness.client.shutdown(grace: .zero)
            #expect(try await call.value.code == .clientClosed)
            #expect(harness.breaker.state == .closed)
            #expect(harness.breaker.status.inFlight == 0)
        }
    }

    // MARK: - In the pipeline

    @Test func anOpenBreakerSendsNothingAndEndsTheRetries() throws {
        let transport = MockTransport(.status(503))
        try BreakerClient.run(
            CircuitBreakerConfiguration(failureThreshold: 2),
            transport: transport,
            configure: { $0.retry = RetryConfiguration(maxAttempts: 10) }
        ) { harness in
            // Two attempts were answered, and the second has the last word.
            let last = try await harness.get().get()
            #expect(last.status == 503)
            #expect(transport.requestCount == 2)
            #expect(harness.breaker.status.failureCount == 2)
            guard case .failure(let error as ResilientError) = await harness.get() else { return }
            #expect(error.code == .circuitOpen)
            #expect(error.reachedServer == .no)
            #expect(error.retryAfter == .seconds(60))
            #expect(transport.requestCount == 2)
        }
    }

    @Test func whoBypassesTheBreakerIsSentAndDoesNotCount() throws {
        let transport = MockTransport(.status(503))
        try BreakerClient.run(Self.once, transport: transport) { harness in
            let bypassing = RequestOptions(bypassesBreaker: true)
            for _ in 0..<3 { #expect(try await harness.get(bypassing).get().status == 503) }
            #expect(harness.registry.count == 0)
            await harness.get()
            #expect(harness.breaker.state == .open)
            let before = harness.breaker.status
            let response = try await harness.get(bypassing).get()
            #expect(response.status == 503)
            #expect(response.explanation.decisions.isEmpty)
            // Nor is it the probe that it could be.
            try await harness.simulation.sleep(for: .seconds(60))
            _ = try await harness.get(bypassing).get()
            let after = harness.breaker.status
            #expect(after.state == .open)
            #expect(after.failureCount == before.failureCount)
            #expect(after.rejectedCount == 0 && after.lateCount == 0 && after.inFlight == 0)
            #expect(transport.requestCount == 6)
            // Who does not ask for it is refused or a probe as ever.
            _ = try await harness.get(RequestOptions(bypassesBreaker: false)).get()
            #expect(harness.breaker.status.openedCount == 2)
        }
    }

    @Test func theExplanationTellsTheStateAndWhenToComeBack() throws {
        let transport = MockTransport(.ok, .status(503), .ok)
        try BreakerClient.run(Self.once, transport: transport) { harness in
            #expect(try await harness.get().get().explanation.description == "circuit_breaker: closed: passed")
            await harness.get()
            try await harness.simulation.sleep(for: .seconds(20))
            guard case .failure(let error as ResilientError) = await harness.get() else {
                Issue.record("it was not refused")
                return
            }
            #expect(
                error.explanation.description == """
                    circuit_breaker: ended: Circuit breaker is open for https://example.com: too many calls failed, \
                    lately with status_503; try again in 40.0 s
                    """
            )
            try await harness.simulation.sleep(for: .seconds(40))
            let probe = try await harness.get().get()
            #expect(probe.explanation.description == "circuit_breaker: half_open: passed")
        }
    }

    @Test func theServersRetryAfterSetsTheOpenTime() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "90"]))
        try BreakerClient.run(Self.once, transport: transport) { harness in
            await harness.get()
            #expect(harness.breaker.status.nextProbeIn == 90)
        }
    }

    @Test func endpointsAreApartAndPathsAreNot() throws {
        let transport = MockTransport(.status(503))
        try BreakerClient.run(Self.once, transport: transport) { harness in
            for path in ["users/1", "users/2", "users/3?x=1"] {
                _ = try? await harness.client.send(ClientRequest(url: .example(path)))
            }
            #expect(transport.requestCount == 1)
            _ = try? await harness.client.send(
                ClientRequest(url: .example("users/1")),
                options: RequestOptions(endpoint: "/users/{id}")
            )
            #expect(transport.requestCount == 2)
            #expect(
                harness.client.circuitBreakerStatus().keys.sorted() == [
                    "https://example.com", "https://example.com /users/{id}",
                ]
            )
        }
    }

    @Test func theKeyIsTheProgramsIfItSaysSoAndNoneIsNoBreaker() throws {
        let transport = MockTransport(.status(503))
        try BreakerClient.run(
            Self.once,
            transport: transport,
            keyOf: { _, options in options.tags["model"].map { CircuitBreakerKey($0) } }
        ) { harness in
            for _ in 0..<3 { await harness.get() }
            #expect(transport.requestCount == 3)
            for _ in 0..<3 { await harness.get(RequestOptions(tags: ["model": "small"])) }
            #expect(transport.requestCount == 4)
            #expect(Array(harness.client.circuitBreakerStatus().keys) == ["small"])
        }
    }
}
