import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

@Suite struct AdmissionStageTests {
    /// A client with an admission stage where the standard order has it.
    private func withStage<Result: Sendable>(
        _ admission: AdmissionConfiguration,
        _ configuration: Configuration = .recommended,
        transport: MockTransport,
        objection: @escaping AdmissionStage.Objection = { _, _ in nil },
        mayWait: @escaping @Sendable (RequestContext) -> Bool = { _ in true },
        _ body: @escaping @Sendable (ResilientClient, PriorityQueue, Simulation) async throws -> Result
    ) throws -> Result {
        let holder = Mutex<PriorityQueue?>(nil)
        return try simulate(configuration, transport: transport) { dependencies in
            // Valid in every test, or the body below says that it is missing.
            guard let queue = try? PriorityQueue(admission, runtime: dependencies.runtime) else { return }
            holder.withLock { $0 = queue }
            let stage = AdmissionStage(
                queue: queue,
                priority: { Priority(rawValue: Int($0.options.tags["priority"] ?? "") ?? 1) },
                mayWait: mayWait,
                objection: objection
            )
            dependencies.stages = [CustomStage(.admission, stage, at: .after(.retry))]
        } _: { client, simulation in
            let queue = try #require(holder.withLock { $0 })
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
        priority: Int = 1,
        timeout: Duration? = nil
    ) -> Task<ClientResponse, any Error> {
        let options = RequestOptions(totalTimeout: timeout, tags: ["priority": "\(priority)"])
        return simulation.start { try await client.get("https://example.com/\(path)", options: options) }
    }

    @Test func noMoreThanTheLimitAreOnTheWireAndTheUrgentGoFirst() throws {
        let transport = MockTransport(.ok.after(.seconds(1)))
        try withStage(AdmissionConfiguration(maxConcurrentRequests: 2), transport: transport) {
            client,
            queue,
            simulation in
            var tasks: [Task<ClientResponse, any Error>] = []
            for (path, priority) in [("a", 1), ("b", 1), ("low", 2), ("high", 0), ("normal", 1)] {
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

    @Test func anOpenBreakerIsAskedBeforeAWaitAndWhenItEnds() throws {
        let isOpen = Mutex(false)
        let transport = MockTransport(.ok.after(.seconds(1)))
        let objection: AdmissionStage.Objection = { _, _ in
            isOpen.withLock { $0 } ? ResilientError(.circuitOpen, "open", reachedServer: .no) : nil
        }
        try withStage(AdmissionConfiguration(maxConcurrentRequests: 1), transport: transport, objection: objection) {
            client,
            queue,
            simulation in
            let first = get(client, simulation)
            try await simulation.sleep(for: .milliseconds(1))
            let waiting = (0..<3).map { _ in get(client, simulation) }
            try await simulation.sleep(for: .milliseconds(1))
            #expect(queue.stats.waiting == 3)
            isOpen.withLock { $0 = true }
            // Does not even wait.
            let refused = await #expect(throws: ResilientError.self) { try await get(client, simulation).value }
            #expect(refused?.code == .circuitOpen)
            #expect(queue.stats.waiting == 3)
            _ = try await first.value
            for task in waiting {
                let error = await #expect(throws: ResilientError.self) { try await task.value }
                #expect(error?.code == .circuitOpen)
                #expect(error?.attempts.isEmpty == true)
            }
            #expect(transport.requests.count == 1)
        }
    }

    @Test func whoMayNotWaitTakesAFreeSlotOrNothing() throws {
        let transport = MockTransport(.ok.after(.seconds(1)))
        try withStage(
            AdmissionConfiguration(maxConcurrentRequests: 1),
            transport: transport,
            mayWait: { $0.options.tags["priority"] != "5" }
        ) { client, _, simulation in
            _ = try await get(client, simulation, priority: 5).value
            let first = get(client, simulation)
            try await simulation.sleep(for: .milliseconds(1))
            let error = await #expect(throws: ResilientError.self) {
                try await get(client, simulation, priority: 5).value
            }
            #expect(error?.code == .queueFull)
            _ = try await first.value
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
                let queue = try PriorityQueue(AdmissionConfiguration(maxConcurrentRequests: 3))
                var dependencies = Dependencies()
                dependencies.stages = [CustomStage(.admission, AdmissionStage(queue: queue), at: .innermost)]
                try await withResilientClient(.passthrough, dependencies: dependencies, grace: .zero) { client in
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
                    for task in others + first { task.cancel() }
                    for task in others + first { _ = await task.result }
                }
                #expect(server.counters.completeRequests == 4)
                #expect(queue.stats.inFlight == 0)
                #expect(queue.stats.admitted == 4)
            }
        }
    }
}
