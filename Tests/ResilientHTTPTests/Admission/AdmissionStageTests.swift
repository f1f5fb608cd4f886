import Foundation
import ResilientHTTPTesting
import SocketSupport
import Synchronization
import Testing

@testable import ResilientHTTP

@Suite struct AdmissionStageTests {
    /// A client with admission; nobody may be left in its queue.
    private func withStage<Result: Sendable>(
        _ admission: AdmissionConfiguration,
        _ configuration: Configuration = .recommended,
        transport: MockTransport,
        change: @escaping @Sendable (inout Dependencies) -> Void = { _ in },
        _ body: @escaping @Sendable (ResilientClient, PriorityQueue, Simulation) async throws -> Result
    ) throws -> Result {
        let configuration = configuration.with { $0.admission = admission }
        return try simulate(configuration, transport: transport, change: change) { client, simulation in
            let queue = try #require(client.queue)
            let result = try await body(client, queue, simulation)
            #expect(queue.stats.inFlight == 0)
            #expect(queue.stats.waiting == 0)
            return result
        }
    }

    private func get(
        _ client: ResilientClient,
        _ simulation: Simulation,
        _ path: String = "",
        priority: Priority = .normal,
        timeout: Duration? = nil,
        bypassesBreaker: Bool? = nil
    ) -> Task<ClientResponse, any Error> {
        let options = RequestOptions(totalTimeout: timeout, bypassesBreaker: bypassesBreaker, priority: priority)
        return simulation.start { try await client.get("https://example.com/\(path)", options: options) }
    }

    @Test func noMoreThanTheLimitAreOnTheWireAndTheUrgentGoFirst() throws {
        let transport = MockTransport(.ok.after(.seconds(1)))
        try withStage(AdmissionConfiguration(maxConcurrentRequests: 2), transport: transport) {
            client,
            queue,
            simulation in
            var tasks: [Task<ClientResponse, any Error>] = []
            for (path, priority) in [("a", 1), ("b", 1), ("low", 2), ("high", 0), ("normal", 1)] as [(String, Priority)]
            {
                tasks.append(get(client, simulation, path, priority: priority))
                try await simulation.sleep(for: .milliseconds(1))
            }
            #expect(transport.requests.count == 2)
            #expect(queue.stats.waiting == 3)
            for task in tasks { #expect(try await task.value.status == 200) }
            #expect(transport.requests.map { $0.request.url.path } == ["/a", "/b", "/high", "/normal", "/low"])
        }
    }

    @Test func theExplanationTellsTheWait() throws {
        let transport = MockTransport(.ok.after(.seconds(1)))
        try withStage(AdmissionConfiguration(maxConcurrentRequests: 1), transport: transport) { client, _, simulation in
            let first = get(client, simulation)
            try await simulation.sleep(for: .milliseconds(250))
            let second = try await get(client, simulation, priority: 0).value
            let decision = try #require(second.explanation.decisions.first { $0.stage == .admission })
            #expect(decision.outcome.delay == .milliseconds(750))
            #expect(decision.outcome.delaySource == .queue)
            #expect(decision.description.contains("waits 0.75 s (queue): high, 0 ahead, limit 1"))
            #expect(second.attempts.first?.delay == .milliseconds(750))
            #expect(second.timings.waiting == .milliseconds(750))
            let passed = try await first.value.explanation.decisions.first { $0.stage == .admission }
            #expect(passed?.description == "admission: passed")
        }
    }

    @Test func aBackoffGivesItsSlotBackAndComesAgainAheadOfItsLevel() throws {
        // The first attempt of "a" fails; while it waits, others use its slot, and one more stands in the queue.
        let transport = MockTransport(.ok.after(.seconds(1)))
        transport.on(.path("/a"), .status(503), .ok.after(.seconds(1)))
        let configuration = Configuration.recommended.with {
            $0.retry = RetryConfiguration(maxAttempts: 2, backoff: .constant(.milliseconds(500)))
        }
        try withStage(AdmissionConfiguration(maxConcurrentRequests: 1), configuration, transport: transport) {
            client,
            queue,
            simulation in
            var tasks = [get(client, simulation, "a")]
            for path in ["b", "c", "d"] {
                try await simulation.sleep(for: .milliseconds(1))
                tasks.append(get(client, simulation, path))
            }
            try await simulation.sleep(for: .milliseconds(100))
            #expect(queue.stats.inFlight == 1)
            #expect(queue.stats.waiting == 2)
            for task in tasks { #expect(try await task.value.status == 200) }
            #expect(transport.requests.map { $0.request.url.path } == ["/a", "/b", "/a", "/c", "/d"])
        }
    }

    @Test func theDeadlineEndsAWaitAndNothingIsSent() throws {
        let transport = MockTransport(.ok.after(.seconds(10)))
        try withStage(AdmissionConfiguration(maxConcurrentRequests: 1), transport: transport) { client, _, simulation in
            let first = get(client, simulation)
            try await simulation.sleep(for: .milliseconds(1))
            let error = try #require(
                await #expect(throws: ResilientError.self) {
                    try await get(client, simulation, timeout: .seconds(2)).value
                }
            )
            #expect(error.code == .deadlineExceeded)
            #expect(error.reachedServer == .no)
            #expect(error.attempts.isEmpty)
            #expect(simulation.clock.now.nanoseconds == 3_001_000_000)
            #expect(transport.requests.count == 1)
            _ = try await first.value
        }
    }

    @Test func aFullQueueIsNotTriedAgainAndSaysWhenToComeBack() throws {
        let transport = MockTransport(.ok.after(.seconds(1)))
        try withStage(AdmissionConfiguration(maxConcurrentRequests: 1, capacity: 1), transport: transport) {
            client,
            queue,
            simulation in
            let tasks = [get(client, simulation), get(client, simulation)]
            try await simulation.sleep(for: .milliseconds(1))
            let error = try #require(
                await #expect(throws: ResilientError.self) { try await get(client, simulation).value }
            )
            #expect(error.code == .queueFull)
            #expect(error.retryAfter == .seconds(2))
            #expect(error.explanation.description.contains("admission: ended: queue_full"))
            #expect(queue.stats.rejected == 1)
            for task in tasks { _ = try await task.value }
        }
    }

    @Test func anOpenBreakerEndsTheWaitsBeforeItAndNothingIsSpent() throws {
        let transport = MockTransport(.ok.after(.seconds(1)))
        try withStage(AdmissionConfiguration(maxConcurrentRequests: 1), transport: transport) {
            client,
            queue,
            simulation in
            let began = simulation.clock.now
            let first = get(client, simulation)
            try await simulation.sleep(for: .milliseconds(1))
            let waiting = (0..<3).map { _ in get(client, simulation) }
            let bypassing = get(client, simulation, bypassesBreaker: true)
            try await simulation.sleep(for: .milliseconds(1))
            #expect(queue.stats.waiting == 4)
            let breaker = try #require(client.circuitBreakers?.breakers.values.first)
            #expect(breaker.watchCount == 3)
            breaker.forceOpen()
            for task in waiting {
                let error = await #expect(throws: ResilientError.self) { try await task.value }
                #expect(error?.code == .circuitOpen)
                #expect(error?.attempts.isEmpty == true)
                #expect(error?.explanation.description.contains("admission: ended: circuit_open") == true)
            }
            // At once, and whoever the breaker does not concern waits on.
            #expect(simulation.clock.now - began == .milliseconds(2))
            #expect(queue.stats.waiting == 1)
            #expect(queue.stats.refused == 3)
            // Does not even wait.
            let refused = await #expect(throws: ResilientError.self) { try await get(client, simulation).value }
            #expect(refused?.code == .circuitOpen)
            #expect(refused?.explanation.description.contains("no wait for what would be refused") == true)
            #expect(simulation.clock.now - began == .milliseconds(2))
            _ = try await first.value
            #expect(try await bypassing.value.status == 200)
            #expect(transport.requestCount == 2)
            #expect(queue.stats.admitted == 2)
            #expect(queue.stats.refused == 3)
            #expect(breaker.status.rejectedCount == 4)
            #expect(breaker.status.inFlight == 0)
            #expect(client.retryBudgetLeft == 500)
        }
    }

    @Test func failuresOnTheWireEndTheWaitsOfOthers() throws {
        // Two slots, both failing: the second failure opens the breaker under everybody who waits.
        let configuration = Configuration.recommended.with {
            $0.retry = nil
            $0.circuitBreaker = CircuitBreakerConfiguration(failureThreshold: 2)
        }
        for seed in Simulation.seeds(100) {
            let transport = MockTransport(.status(503).after(.seconds(1)))
            let simulated = configuration.with { $0.admission = AdmissionConfiguration(maxConcurrentRequests: 2) }
            try simulate(seed: seed, simulated, transport: transport) { client, simulation in
                let calls = (0..<10).map { _ in get(client, simulation) }
                var codes: [ResilientError.Code: Int] = [:]
                for call in calls {
                    let result = await call.result
                    let error = #expect(throws: ResilientError.self) { try result.get() }
                    codes[error?.code ?? .unsupported, default: 0] += 1
                }
                // Who got the slot of the first failure may have gone out before the second.
                #expect((2...3).contains(transport.requestCount))
                #expect(codes == [.status: transport.requestCount, .circuitOpen: 10 - transport.requestCount])
                let stats = try #require(client.queue?.stats)
                #expect(stats.inFlight == 0 && stats.waiting == 0)
                #expect(stats.refused >= 7)
                let breaker = try #require(client.circuitBreakers?.breakers.values.first)
                #expect(breaker.status.inFlight == 0)
                #expect(breaker.watchCount == 0)
            }
        }
    }

    @Test func whoseTurnComesAsTheBreakerOpensGivesItsSlotOn() throws {
        // A stage of its own, whose objection nobody announces.
        let isOpen = Mutex(false)
        let transport = MockTransport(.ok.after(.seconds(1)))
        let simulation = Simulation(seed: 0)
        try simulation.run { simulation in
            let queue = try PriorityQueue(AdmissionConfiguration(maxConcurrentRequests: 1), runtime: simulation.runtime)
            let objection: AdmissionStage.Objection = { _, _ in
                isOpen.withLock { $0 } ? ResilientError(.circuitOpen, "open", reachedServer: .no) : nil
            }
            let stage = AdmissionStage(queue: queue, objection: objection)
            var dependencies = simulation.dependencies(transport: transport)
            dependencies.stages = [CustomStage(.init(rawValue: "own"), stage, at: .innermost)]
            try await withResilientClient(.passthrough, dependencies: dependencies) { client in
                func get() -> Task<ClientResponse, any Error> {
                    simulation.start { try await client.get("https://example.com/") }
                }
                let first = get()
                try await simulation.sleep(for: .milliseconds(1))
                let waiting = (0..<3).map { _ in get() }
                try await simulation.sleep(for: .milliseconds(1))
                isOpen.withLock { $0 = true }
                _ = try await first.value
                for task in waiting {
                    let error = await #expect(throws: ResilientError.self) { try await task.value }
                    #expect(error?.code == .circuitOpen)
                    #expect(error?.attempts.isEmpty == true)
                }
            }
            #expect(transport.requestCount == 1)
            #expect(queue.stats.inFlight == 0)
        }
        try simulation.settleToNothing()
    }

    @Test func aHedgeTakesAFreeSlotOrNone() throws {
        for limit in [1, 2] {
            let transport = MockTransport(.ok.after(.seconds(5)), .status(200, body: "copy").after(.seconds(1)))
            let configuration = Configuration.recommended.with {
                $0.hedging = HedgingConfiguration(delay: .seconds(1))
            }
            try withStage(AdmissionConfiguration(maxConcurrentRequests: limit), configuration, transport: transport) {
                client,
                queue,
                simulation in
                let response = try await get(client, simulation).value
                #expect(response.text == (limit == 1 ? "" : "copy"))
                #expect(response.timings.total == (limit == 1 ? .seconds(5) : .seconds(2)))
                // The loser's cancellation runs on its own task.
                try await simulation.sleep(for: .milliseconds(1))
                #expect(transport.requestCount == limit)
                #expect(queue.stats.admitted == limit)
                #expect(queue.stats.rejected == 2 - limit)
                #expect(queue.stats.allWaits.count == 0)
                // A copy that was not sent costs nothing.
                #expect(client.retryBudgetLeft == (limit == 1 ? 500 : 491))
            }
        }
    }

    @Test func aShutdownOfTheClientEndsItsWaits() throws {
        let transport = MockTransport(.hang)
        try withStage(AdmissionConfiguration(maxConcurrentRequests: 1), transport: transport) {
            client,
            queue,
            simulation in
            let tasks = (0..<3).map { _ in get(client, simulation) }
            try await simulation.sleep(for: .milliseconds(1))
            await client.shutdown(grace: .zero)
            for task in tasks {
                let error = await #expect(throws: ResilientError.self) { try await task.value }
                #expect(error?.code == .clientClosed)
            }
            #expect(queue.stats.cancelled == 2)
        }
    }

    @Test func cancellationAndLocalRefusalsMoveNoAdaptiveLimit() throws {
        var admission = AdmissionConfiguration(maxConcurrentRequests: 10)
        admission.concurrency = .aimd()
        let transport = MockTransport(.ok)
        transport.on(.path("/hang"), .hang)
        transport.on(.path("/refused"), .error(ResilientError(.rateLimited, "local", reachedServer: .no)))
        transport.on(.path("/stage"), .response(ClientResponse(status: 503, source: .init(rawValue: "stage"))))
        transport.on(.path("/busy"), .status(429))
        let configuration = Configuration.recommended.with { $0.retry = nil }
        try withStage(admission, configuration, transport: transport) { client, queue, simulation in
            let hanging = get(client, simulation, "hang")
            try await simulation.sleep(for: .milliseconds(1))
            hanging.cancel()
            _ = await hanging.result
            _ = await get(client, simulation, "refused").result
            _ = await get(client, simulation, "stage").result
            #expect(queue.stats.limit == 10)
            _ = await get(client, simulation, "busy").result
            #expect(queue.stats.limit == 9)
        }
    }

    @Test(arguments: [
        (200, SlotOutcome.answered), (404, .answered), (429, .overloaded), (500, .failed), (503, .overloaded),
        (504, .overloaded),
    ])
    func aStatusSaysWhatItSays(status: Int, outcome: SlotOutcome) {
        #expect(SlotOutcome(ClientResponse(status: .init(status))) == outcome)
        var error = ResilientError(.status, "status")
        error.status = .init(status)
        #expect(SlotOutcome(error) == outcome)
    }

    @Test func anErrorSaysWhatItSays() {
        func outcome(_ code: ResilientError.Code) -> SlotOutcome { SlotOutcome(ResilientError(code, "")) }
        for code in [ResilientError.Code.attemptTimeout, .connectFailed, .connectionLost] {
            #expect(outcome(code) == .overloaded)
        }
        for code in [
            ResilientError.Code.circuitOpen, .rateLimited, .queueFull, .shed, .clientClosed, .deadlineExceeded,
            .resourcesExhausted,
        ] {
            #expect(outcome(code) == .neutral)
        }
        #expect(outcome(.protocolError) == .failed)
        #expect(SlotOutcome(CancellationError()) == .neutral)
    }
}

extension OverRealSockets {
    @Suite(.timeLimit(.minutes(1)))
    struct AdmissionStageSocketTests {
        @Test func theServerSeesNoMoreRequestsAtOnceThanTheLimit() async throws {
            try await FaultServer.withServer { server in
                server.script(default: [.hang])
                let configuration = Configuration.passthrough.with {
                    $0.admission = AdmissionConfiguration(maxConcurrentRequests: 3)
                }
                try await withResilientClient(configuration, dependencies: .live(), grace: .zero) { client in
                    let queue = try #require(client.queue)
                    let request = ClientRequest(url: server.url)
                    let first = (0..<3).map { _ in Task { try await client.send(request) } }
                    try await server.waitFor(completeRequests: 3)
                    let others = (0..<5).map { _ in Task { try await client.send(request) } }
                    while queue.stats.waiting < 5 { await Task.yield() }
                    #expect(server.counters.completeRequests == 3)
                    // One that waits makes no room, one at the server does.
                    others[4].cancel()
                    _ = await others[4].result
                    #expect(queue.stats.waiting == 4)
                    first[0].cancel()
                    try await server.waitFor(completeRequests: 4)
                    #expect(queue.stats.waiting == 3)
                    #expect(queue.stats.inFlight == 3)
                    #expect(queue.stats.admitted == 4 && server.counters.completeRequests == 4)
                    for task in others + first { task.cancel() }
                    for task in others + first { _ = await task.result }
                    #expect(queue.stats.inFlight == 0)
                }
            }
        }
    }
}
