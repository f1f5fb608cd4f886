import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct CacheStaleServingTests {
    private let renewing = ", stale-while-revalidate=10"
    private let tag = "\"a\""

    @Test func aStaleAnswerIsServedAtOnceAndFetchedAgainInTheBackground() throws {
        let transport = MockTransport(
            .fresh(1, "one", tag: tag, more: renewing),
            .fresh(60, "two", tag: "\"b\"").after(.seconds(3))
        )
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            let began = simulation.clock.now
            let stale = try await client.fetch()
            #expect(stale.source == .stale && stale.text == "one" && simulation.clock.now == began)
            #expect(stale.headers[HeaderFields.cacheStatus] == "ResilientHTTP; hit; ttl=-1")
            try await simulation.sleep(for: .seconds(1))
            // The call in the background counts as one of the client's.
            #expect(client.callsInFlight == 1)
            #expect(transport.requests[1].request.headers[HeaderFields.ifNoneMatch] == "\"a\"")
            #expect(transport.requests[1].requestID != stale.requestID)
            try await simulation.sleep(for: .seconds(3))
            #expect(client.callsInFlight == 0)
            let hit = try await client.fetch()
            #expect(hit.source == .cache && hit.text == "two")
            #expect(transport.requestCount == 2)
        }
    }

    @Test func oneRequestForAnEntryIsUnderWayAtATime() throws {
        let transport = MockTransport(
            .fresh(1, "one", tag: tag, more: renewing),
            .notModified(60, tag: tag).after(.seconds(3))
        )
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            for _ in 0..<50 { #expect(try await client.fetch().source == .stale) }
            try await simulation.sleep(for: .seconds(4))
            #expect(transport.requestCount == 2)
            #expect(try await client.fetch().source == .cache)
        }
    }

    @Test func afterTheWindowTheServerIsAskedFirst() throws {
        let transport = MockTransport(.fresh(1, "one", more: renewing), .fresh(60, "two"))
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(11))
            let response = try await client.fetch()
            #expect(response.source == .network && response.text == "two")
        }
    }

    @Test func aConditionOfTheCallersAndAPartAreFetchedAgainAsAWhole() throws {
        let transport = MockTransport(.fresh(1, "0123", tag: tag, more: renewing), .fresh(60, "4567"))
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            #expect(try await client.fetch("x", [HeaderFields.ifNoneMatch: "\"a\""]).status == 304)
            try await simulation.sleep(for: .seconds(1))
            #expect(transport.requests[1].request.headers[HeaderFields.ifNoneMatch] == "\"a\"")
            #expect(try await client.fetch().text == "4567")
            #expect(transport.requestCount == 2)
        }
    }

    @Test func theRetryBudgetPaysAndGetsBackWhatDidNotFail() throws {
        let transport = MockTransport()
        transport.on(.path("/well")) { $0.number % 2 == 1 ? .fresh(1, more: renewing) : .fresh(1, more: renewing) }
        transport.on(.path("/ill"), .fresh(1, more: ", stale-while-revalidate=1000"), .status(500))
        let configuration = Configuration.caching().with {
            $0.retry = RetryConfiguration(maxAttempts: 1)
            $0.retry?.budget?.capacity = 10
            $0.retry?.budget?.successRefill = 0
        }
        try simulate(configuration, transport: transport) { client, simulation async throws in
            for _ in 0..<20 {
                _ = try await client.fetch("well")
                try await simulation.sleep(for: .seconds(2))
            }
            _ = try await client.fetch("ill")
            for _ in 0..<20 {
                try await simulation.sleep(for: .seconds(2))
                #expect(try await client.fetch("ill").source == .stale)
            }
            try await simulation.sleep(for: .seconds(2))
            // Ten tokens are two failures of five.
            #expect(transport.requests.filter { $0.request.url.path == "/ill" }.count == 3)
        }
    }

    @Test func aServerThatDoesNotAnswerIsGivenUpAndAskedAgain() throws {
        let transport = MockTransport(.fresh(1, more: ", stale-while-revalidate=100"), .hang)
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            #expect(try await client.fetch().source == .stale)
            try await simulation.sleep(for: .seconds(98))
            #expect(try await client.fetch().source == .stale)
            #expect(transport.requestCount == 2)
            // The window is over; the next one asks by itself, and by its own timeout.
            try await simulation.sleep(for: .seconds(2))
            #expect(client.callsInFlight == 0)
            let call = simulation.start { try await client.fetch() }
            try await simulation.sleep(for: .seconds(1))
            #expect(transport.requestCount == 3)
            call.cancel()
        }
    }

    @Test func aClientThatIsClosedFetchesNothingAgain() throws {
        let transport = MockTransport(.fresh(1, more: renewing), .hang)
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(1))
            #expect(client.callsInFlight == 1)
            await client.shutdown(grace: .seconds(1))
            try await simulation.sleep(for: .seconds(1))
            #expect(client.callsInFlight == 0)
        }
    }

    private static let failures: [MockAnswer] = [
        .status(500), .status(502), .status(503), .status(504), .connectFailed, .connectionLost(),
        .error(ResilientError(.attemptTimeout, "")), .error(ResilientError(.circuitOpen, "")),
        .error(ResilientError(.rateLimited, "")), .error(ResilientError(.queueFull, "")),
        .error(ResilientError(.shed, "")), .error(ResilientError(.resourcesExhausted, "")),
        .error(ResilientError(.protocolError, "")),
    ]

    @Test(arguments: failures.indices)
    func aStaleAnswerStandsInForAFailure(index: Int) throws {
        let transport = MockTransport(.fresh(1, "one", tag: tag, more: ", stale-if-error=10"), Self.failures[index])
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(10))
            let stale = try await client.fetch()
            #expect(stale.status == 200 && stale.text == "one" && stale.source == .stale)
            #expect(stale.headers[.age] == "10")
            #expect(try await client.fetch("x", [HeaderFields.ifNoneMatch: "\"a\""]).status == 304)
            try await simulation.sleep(for: .seconds(1))
            let failure = try? await client.fetch()
            #expect(failure == nil || failure?.status.isServerError == true)
            #expect(transport.requestCount == 4)
        }
    }

    @Test(arguments: [
        MockAnswer.status(501), .status(404), .status(429), .error(ResilientError(.responseTooLarge, "")),
        .error(ResilientError(.invalidRequest, "")),
    ])
    func whatIsNoFailureOfTheServiceIsNotStoodInFor(answer: MockAnswer) throws {
        let transport = MockTransport(.fresh(1, "one", more: ", stale-if-error=10"), answer)
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            let response = try? await client.fetch()
            #expect(response?.source != .stale && response?.text != "one")
        }
    }

    @Test func aCallThatIsCancelledIsNotStoodInFor() throws {
        let transport = MockTransport(.fresh(1, "one", more: ", stale-if-error=10"), .hang)
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            let call = simulation.start { try await client.fetch() }
            try await simulation.sleep(for: .seconds(1))
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
        }
    }

    @Test(arguments: ["must-revalidate", "no-cache"])
    func whatMustBeValidatedIsNeverServedStale(directive: String) throws {
        let transport = MockTransport(
            .fresh(1, "one", tag: tag, more: ", stale-if-error=10, stale-while-revalidate=10, \(directive)"),
            .connectFailed
        )
        try simulate(.caching { $0.staleIfError = .seconds(100) }, transport: transport) {
            client,
            simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            for mode in [nil, CacheMode.forceCache] {
                #expect(await resilientError { try await client.fetch(mode: mode) }?.code == .connectFailed)
            }
        }
    }

    @Test func theConfigurationsWindowsCountWhereTheServerSaysNothing() throws {
        let transport = MockTransport(.fresh(1, "one"), .connectFailed)
        let configuration = Configuration.caching {
            $0.staleWhileRevalidate = .seconds(2)
            $0.staleIfError = .seconds(5)
        }
        try simulate(configuration, transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            #expect(try await client.fetch().source == .stale)
            #expect(transport.requestCount == 1)
            try await simulation.sleep(for: .seconds(2))
            #expect(try await client.fetch().source == .stale)
            #expect(transport.requestCount == 3)
            try await simulation.sleep(for: .seconds(2))
            #expect(await resilientError { try await client.fetch() }?.code == .connectFailed)
        }
    }

    @Test func anOpenBreakerIsStoodInForWithoutASingleRequest() throws {
        let transport = MockTransport(.fresh(1, "one"), .status(503))
        let configuration = Configuration.caching { $0.staleIfError = .seconds(1000) }.with {
            $0.circuitBreaker = CircuitBreakerConfiguration(failureThreshold: 2)
        }
        try simulate(configuration, transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            for _ in 0..<20 { #expect(try await client.fetch().source == .stale) }
            #expect(transport.requestCount == 3)
        }
    }

    @Test func aTotalTimeoutIsStoodInForWhenItPasses() throws {
        let transport = MockTransport(.fresh(1, "one", more: ", stale-if-error=100"), .hang)
        let configuration = Configuration.caching().with { $0.timeouts.total = .seconds(5) }
        try simulate(configuration, transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            let began = simulation.clock.now
            #expect(try await client.fetch().source == .stale)
            #expect(simulation.clock.now - began == .seconds(5))
        }
    }

    @Test func aFailedFetchInTheBackgroundIsTriedAgainAfterAPauseThatGrows() throws {
        let transport = MockTransport(.fresh(1, "one", more: ", stale-while-revalidate=3600"), .status(500))
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            // A thousand reads in a hundred seconds.
            for _ in 0..<1000 {
                #expect(try await client.fetch().source == .stale)
                try await simulation.sleep(for: .milliseconds(100))
            }
            let times = transport.requests.dropFirst().map(\.time)
            #expect((5...10).contains(times.count), "\(times.count)")
            // 1 s, 2 s, 4 s … up to a minute, at least half of it; reads come every 0.1 s.
            for (index, pair) in zip(times, times.dropFirst()).enumerated() {
                let (pause, full) = (pair.1 - pair.0, Duration.seconds(min(60, 1 << index)))
                #expect(pause >= full / 2 && pause <= full + .milliseconds(101), "\(index): \(pause)")
            }
        }
    }

    @Test func aSuccessEndsThePauses() throws {
        let transport = MockTransport()
        transport.on(.any) { request in
            switch request.number {
            case 1, 5: .fresh(1, "one", more: ", stale-while-revalidate=3600")
            case 2...4: .status(500)
            default: .connectFailed
            }
        }
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            for _ in 0..<200 {
                _ = try await client.fetch()
                try await simulation.sleep(for: .milliseconds(100))
            }
            let times = transport.requests.map(\.time)
            try #require(times.count >= 7)
            #expect(times[4] - times[3] >= .seconds(2))
            #expect(times[6] - times[5] <= .milliseconds(1101))
        }
    }

    @Test func aSourceThatSaysWhenIsFetchedFromNoEarlier() throws {
        let transport = MockTransport(
            .fresh(1, "one", more: ", stale-while-revalidate=3600"),
            .status(503, headers: [.retryAfter: "60"])
        )
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(2))
            for _ in 0..<600 {
                _ = try await client.fetch()
                try await simulation.sleep(for: .milliseconds(100))
            }
            #expect(transport.requestCount == 2)
            try await simulation.sleep(for: .seconds(6))
            _ = try await client.fetch()
            try await simulation.sleep(for: .seconds(1))
            #expect(transport.requestCount == 3)
        }
    }

    @Test(arguments: [500, 503, 429] as [ClientResponse.Status])
    func aStoredErrorNeverStandsInForAnError(stored: ClientResponse.Status) throws {
        for failure in [MockAnswer.status(503, body: "new"), .connectFailed] {
            let old: HeaderFields = [.cacheControl: "max-age=1, stale-if-error=100", .retryAfter: "1"]
            let transport = MockTransport(.status(stored, headers: old, body: "old"), failure)
            try simulate(.caching(), transport: transport) { client, simulation async throws in
                _ = try await client.fetch()
                try await simulation.sleep(for: .seconds(2))
                let response = try? await client.fetch()
                #expect(response?.text != "old" && response?.source != .stale)
                #expect(transport.requestCount == 2)
            }
        }
    }

    /// RFC 9211 §2.1: a hit is an answer for which nobody else was asked.
    @Test func cacheStatusSaysThatTheServerWasAskedInVain() throws {
        let answers: [(MockAnswer, String)] = [
            (.status(503), "ResilientHTTP; fwd=stale; fwd-status=503"), (.connectFailed, "ResilientHTTP; fwd=stale"),
            (.error(ResilientError(.circuitOpen, "")), "ResilientHTTP; hit; ttl=-1"),
        ]
        for (answer, status) in answers {
            let transport = MockTransport(.fresh(1, "one", more: ", stale-if-error=100"), answer)
            try simulate(.caching(), transport: transport) { client, simulation async throws in
                _ = try await client.fetch()
                try await simulation.sleep(for: .seconds(2))
                let stale = try await client.fetch()
                #expect(stale.source == .stale && stale.headers[.age] == "2")
                #expect(stale.headers[values: HeaderFields.cacheStatus] == [status])
            }
        }
    }
}
