import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// Nobody's cancellation, deadline or shutdown hurts another.
@Suite struct DeduplicationEndingTests {
    private let request = ClientRequest(url: .example("a"))

    @Test(arguments: [0, 1, 2])
    func whoCancelsLeavesAlone(_ index: Int) throws {
        let transport = MockTransport(MockAnswer.status(200, body: "answer").after(.seconds(10)))
        let (results, left) = try simulate(.sharing(), transport: transport) { client, simulation in
            let calls = try await simulation.start(client, 3)
            calls[index].cancel()
            try await simulation.sleep(for: .seconds(1))
            let left = client.callsInFlight
            return (await calls.results, left)
        }
        // It left at once and the others are served by the same request.
        #expect(left == 2)
        #expect(transport.requestCount == 1)
        #expect(throws: CancellationError.self) { try results[index].get() }
        var served = results
        served.remove(at: index)
        #expect(try served.map { try $0.get().text } == ["answer", "answer"])
        // Whoever has waited longest has the network's answer.
        #expect(try served.map { try $0.get().source } == [.network, .coalesced])
    }

    @Test func whenAllHaveLeftTheRequestIsCancelled() throws {
        let transport = MockTransport(.hang)
        try simulate(.sharing(), transport: transport) { client, simulation in
            let calls = try await simulation.start(client, 3)
            for call in calls { call.cancel() }
            try await simulation.sleep(for: .microseconds(1))
            #expect(transport.hangingCount == 0)
            #expect(client.callsInFlight == 0)
            let statistics = client.deduplicationStatistics()
            #expect(statistics?.abandoned == 1 && statistics?.flying == 0 && statistics?.waiting == 0)
            #expect(await calls.errors.isEmpty)
        }
    }

    @Test func aCallThatComesWhenTheLastOneLeavesIsSentAnew() throws {
        let transport = MockTransport(.hang, .status(200, body: "second"))
        let text = try simulate(.sharing(), transport: transport) { client, simulation in
            let calls = try await simulation.start(client, 1)
            let late = ClientRequest(url: .example("a"))
            // The first one's flight has not even noticed its cancellation.
            calls[0].cancel()
            let text = try await client.send(late).text
            _ = await calls.results
            return text
        }
        #expect(text == "second")
        #expect(transport.requestCount == 2)
    }

    @Test func aCallThatIsOverBeginsNothing() throws {
        let transport = MockTransport()
        try simulate(.sharing(), transport: transport) { client, simulation in
            let gate = CustomCanceller()
            let copy = try ResilientClient(
                Configuration.sharing(),
                dependencies: {
                    var dependencies = simulation.dependencies(transport: transport)
                    dependencies.stages = [CustomStage(.init(rawValue: "gate"), gate, at: .before(.deduplication))]
                    return dependencies
                }()
            )
            let call = simulation.start { try await copy.send(ClientRequest(url: .example("a"))) }
            await #expect(throws: CancellationError.self) { try await call.value }
            #expect(copy.deduplicationStatistics()?.flights == 0)
            await copy.shutdown()
        }
        #expect(transport.requestCount == 0)
    }

    // MARK: - Deadlines

    @Test func eachEndsByItsOwnDeadline() throws {
        let transport = MockTransport(MockAnswer.ok.after(.seconds(10)))
        let ends = try simulate(.sharing(), transport: transport) { client, simulation in
            let began = simulation.clock.now
            let calls = [3, 5, 60].map { seconds in
                simulation.start {
                    let error = await resilientError {
                        try await client.send(
                            ClientRequest(url: .example("a")),
                            options: .init(totalTimeout: .seconds(seconds))
                        )
                    }
                    return (error?.code, simulation.clock.now - began)
                }
            }
            var ends: [(ResilientError.Code?, Duration)] = []
            for call in calls { ends.append(try await call.value) }
            return ends
        }
        #expect(ends.map(\.0) == [.deadlineExceeded, .deadlineExceeded, nil])
        #expect(ends.map(\.1) == [.seconds(3), .seconds(5), .seconds(10)])
        #expect(transport.requestCount == 1)
        // What the flight is bounded by is not the first caller's.
        #expect(transport.requests.first?.deadline?.kind == .attempt)
    }

    @Test func theErrorOfADeadlineSaysThatTheRequestMayHaveArrived() throws {
        let transport = MockTransport(.hang)
        let error = try #require(throws: ResilientError.self) {
            try simulate(.sharing(), transport: transport) { client, _ in
                try await client.send(request, options: .init(totalTimeout: .seconds(3)))
            }
        }
        #expect(error.code == .deadlineExceeded && error.reachedServer == .maybe)
        #expect(error.timings.total == .seconds(3))
    }

    /// A retry's delay is compared with the latest deadline of those who are there.
    @Test func aDelayThatFitsSomebodysDeadlineIsWaitedFor() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "10"]).after(.seconds(1)), .ok)
        let results = try simulate(.sharing(), transport: transport) { client, simulation in
            let short = simulation.start { [request] in
                try await client.send(request, options: .init(totalTimeout: .seconds(2)))
            }
            try await simulation.sleep(for: .milliseconds(1))
            let long = simulation.start { [request] in
                try await client.send(request, options: .init(totalTimeout: .seconds(60)))
            }
            return await [short, long].results
        }
        #expect(throws: ResilientError.self) { try results[0].get() }
        #expect(try results[1].get().status == 200)
        #expect(transport.requests.map(\.attempt) == [1, 2])
    }

    @Test func aDelayThatFitsNobodysDeadlineEndsTheFlightAtOnce() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "10"]).after(.seconds(1)), .ok)
        let (responses, waited) = try simulate(.sharing(), transport: transport) { client, simulation in
            let began = simulation.clock.now
            let calls = try await simulation.start(client, 3, request, .init(totalTimeout: .seconds(9)))
            return (try await calls.responses, simulation.clock.now - began)
        }
        #expect(responses.map(\.status) == [503, 503, 503])
        #expect(waited == .seconds(1))
        #expect(responses[0].explanation.description.contains("does not fit the deadline"))
    }

    /// The one with time enough is gone when the decision falls.
    @Test func aDeadlineOfOneWhoHasLeftDoesNotCount() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "10"]).after(.seconds(1)), .ok)
        let results = try simulate(.sharing(), transport: transport) { client, simulation in
            let patient = simulation.start { [request] in try await client.send(request) }
            try await simulation.sleep(for: .milliseconds(1))
            let hasty = simulation.start { [request] in
                try await client.send(request, options: .init(totalTimeout: .seconds(5)))
            }
            try await simulation.sleep(for: .milliseconds(1))
            patient.cancel()
            return await [patient, hasty].results
        }
        #expect(throws: CancellationError.self) { try results[0].get() }
        #expect(try results[1].get().status == 503)
    }

    @Test(arguments: [false, true])
    func aTurnAtTheLimiterIsWaitedForIfItFitsSomebody(hasStore: Bool) throws {
        let (results, waited) = try atTheLimiter(patience: .seconds(20), hasStore: hasStore)
        #expect(throws: ResilientError.self) { try results[0].get() }
        #expect(try results[1].get().status == 200)
        #expect(waited == .seconds(10))
    }

    @Test(arguments: [false, true])
    func aTurnAtTheLimiterThatFitsNobodyIsRefusedAtOnce(hasStore: Bool) throws {
        let (results, waited) = try atTheLimiter(patience: .seconds(5), hasStore: hasStore)
        for result in results {
            let error = try #require(throws: ResilientError.self) { try result.get() }
            #expect(error.code == .rateLimited && error.retryAfter != nil)
        }
        #expect(waited <= .milliseconds(1))
    }

    /// Two calls of one flight, with two seconds and with `patience`, come to a limiter that has nothing left for ten.
    private func atTheLimiter(patience: Duration, hasStore: Bool) throws -> (
        [Result<ClientResponse, any Error>], Duration
    ) {
        let configuration = Configuration.sharing {
            $0.rateLimit = RateLimitConfiguration(["requests": .tokenBucket(rate: 0.1, burst: 1)])
        }
        return try simulate(
            configuration,
            change: { if hasStore { $0.rateLimitStore = InMemoryRateLimitStore(runtime: $0.runtime) } }
        ) { client, simulation in
            _ = try await client.send(ClientRequest(url: .example("b")))
            let began = simulation.clock.now
            let gate = simulation.start { try await simulation.sleep(for: .microseconds(1)) }
            let calls = [Duration.seconds(2), patience].map { timeout in
                simulation.start { [request] in
                    try await gate.value
                    return try await client.send(request, options: .init(totalTimeout: timeout))
                }
            }
            let results = await calls.results
            return (results, simulation.clock.now - began)
        }
    }

    @Test func aTurnInTheQueueThatFitsNobodyIsRefusedAtOnce() throws {
        let transport = MockTransport(MockAnswer.ok.after(.seconds(1)))
        let configuration = Configuration.sharing {
            $0.admission = AdmissionConfiguration(maxConcurrentRequests: 1)
            $0.admission?.shedsLate = true
        }
        let (error, waited) = try simulate(configuration, transport: transport) { [request] client, simulation in
            // Only one in eight is timed, and four are needed for an estimate.
            for _ in 0..<32 { _ = try await client.send(request) }
            let slow = simulation.start { try await client.send(ClientRequest(url: .example("b"))) }
            try await simulation.sleep(for: .milliseconds(1))
            let began = simulation.clock.now
            let error = await resilientError {
                try await client.send(request, options: .init(totalTimeout: .milliseconds(1500)))
            }
            let waited = simulation.clock.now - began
            _ = try await slow.value
            return (error, waited)
        }
        #expect(error?.code == .shed)
        #expect(waited == .zero)
    }

    // MARK: - Shutdown

    @Test func aShutdownEndsAllAndTheFlight() throws {
        let transport = MockTransport(.hang)
        let errors = try simulate(.sharing(), transport: transport) { client, simulation in
            let calls = try await simulation.start(client, 3)
            await client.shutdown(grace: .zero)
            return await calls.errors
        }
        #expect(errors.map(\.code) == [.clientClosed, .clientClosed, .clientClosed])
        #expect(transport.hangingCount == 0)
    }

    /// The first caller has left; its record is no longer the client's.
    @Test func aShutdownEndsAFlightWhoseFirstCallerHasLeft() throws {
        let transport = MockTransport(.hang)
        let errors = try simulate(.sharing(), transport: transport) { client, simulation in
            let calls = try await simulation.start(client, 3)
            calls[0].cancel()
            try await simulation.sleep(for: .seconds(1))
            await client.shutdown(grace: .zero)
            return await calls.errors
        }
        #expect(errors.map(\.code) == [.clientClosed, .clientClosed])
    }

    @Test func theShutdownOfACopyEndsNoFlightOfItsParent() throws {
        let transport = MockTransport(MockAnswer.ok.after(.seconds(5)))
        let results = try simulate(.sharing(), transport: transport) { client, simulation in
            let copy = try client.with { $0.responseLimit = 1000 }
            let call = simulation.start { [request] in try await client.send(request) }
            let other = simulation.start { [request] in try await copy.send(request) }
            try await simulation.sleep(for: .seconds(1))
            await copy.shutdown(grace: .zero)
            return await [call, other].results
        }
        #expect(try results[0].get().status == 200)
        #expect(throws: ResilientError.self) { try results[1].get() }
    }

    /// Cancels its own task, as a caller would at this very moment.
    private struct CustomCanceller: Middleware {
        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await next(request, context: context)
        }
    }
}
