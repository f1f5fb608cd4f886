import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct ShutdownTests {
    @Test(arguments: WaitingPoint.allCases)
    func whatIsLeftAfterTheGraceEndsWithClientClosed(point: WaitingPoint) throws {
        for seed in Simulation.seeds(20) {
            let transport = point.makeTransport()
            let ending = try simulate(
                seed: seed,
                point.configuration,
                transport: transport,
                change: point.prepare
            ) { client, simulation in
                try await client.ending(simulation) { _ in await client.shutdown(grace: .milliseconds(500)) }
            }
            #expect(ending.error?.code == .clientClosed, "\(ending.result), seed \(seed)")
            #expect(ending.clockMoved == .milliseconds(500))
            #expect(ending.budgetLeft == 500)
            #expect(ending.callsInFlight == 0)
            #expect(ending.timersLeft == 0 || point.isBesideTheCall)
        }
    }

    @Test func callsUnderWayAreDrainedAndNewOnesRefused() throws {
        for seed in Simulation.seeds(20) {
            let transport = MockTransport(MockAnswer.ok.after(.seconds(4)))
            let ending = try simulate(seed: seed, transport: transport) { client, simulation in
                try await client.ending(simulation) { _ in
                    let shutdown = simulation.start { await client.shutdown(grace: .seconds(10)) }
                    try await simulation.sleep(for: .milliseconds(1))
                    let refused = await resilientError { try await client.get("https://example.com/") }
                    #expect(refused?.code == .clientClosed)
                    try await shutdown.value
                    #expect(client.callsInFlight == 0)
                }
            }
            #expect(try ending.result.get().status == 200)
            // The shutdown waited for the answer, not for its grace.
            #expect(ending.clockMoved == .seconds(1))
            #expect(transport.requestCount == 1)
            #expect(transport.isShutDown)
        }
    }

    @Test func withoutGraceEverythingEndsAtOnce() throws {
        for isDeaf in [false, true] {
            let ending = try simulate(transport: MockTransport(.hang, isDeaf: isDeaf)) { client, simulation in
                try await client.ending(simulation) { _ in await client.shutdown(grace: .zero) }
            }
            #expect(ending.error?.code == .clientClosed)
            #expect(ending.clockMoved == .zero)
        }
    }

    @Test func aGraceWithoutEndOnlyDrains() throws {
        let transport = MockTransport(MockAnswer.ok.after(.seconds(4)))
        let ending = try simulate(transport: transport) { client, simulation in
            try await client.ending(simulation) { _ in
                await client.shutdown(grace: .seconds(1_000_000_000_000_000_000))
            }
        }
        #expect(try ending.result.get().status == 200)
        #expect(ending.clockMoved == .seconds(1))
    }

    @Test func anIdleClientShutsDownAtOnceHoweverOften() throws {
        let transport = CountingTransport()
        try simulate {
            $0.transport = transport
        } _: { client, simulation in
            let then = simulation.clock.now
            for _ in 0..<3 { await client.shutdown() }
            #expect(simulation.clock.now == then)
        }
        #expect(transport.shutdowns == 1)
    }

    @Test func shutdownsAtTheSameTimeEndWithTheShortestGrace() throws {
        for seed in Simulation.seeds(50) {
            let transport = CountingTransport(MockTransport(.hang))
            let ending = try simulate(seed: seed) {
                $0.transport = transport
            } _: { client, simulation in
                try await client.ending(simulation) { _ in
                    let graces: [Duration] = [.seconds(10), .seconds(2), .seconds(5)]
                    let shutdowns = graces.map { grace in
                        simulation.start { await client.shutdown(grace: grace) }
                    }
                    for shutdown in shutdowns { try await shutdown.value }
                }
            }
            #expect(ending.error?.code == .clientClosed)
            #expect(ending.clockMoved == .seconds(2))
            #expect(transport.shutdowns == 1)
        }
    }

    @Test func aCallThatWasBusyDuringTheShutdownEndsAtItsNextWait() throws {
        /// Code that waits for something of its own, as a lock or a file, and then for the client.
        struct Busy: Middleware {
            let sleeps: Bool

            func intercept(
                _ request: ClientRequest,
                context: RequestContext,
                next: Next
            ) async throws -> ClientResponse {
                let shot = OneShot<Void>()
                _ = context.runtime.schedule(at: context.runtime.now + .seconds(5)) { shot.resolve(.success(())) }
                try await shot.value()
                if sleeps { try await context.sleep(for: .seconds(100)) }
                return try await next(request, context: context)
            }
        }
        for sleeps in [false, true] {
            let transport = MockTransport(.hang)
            let ending = try simulate(transport: transport) {
                $0.ownsTransport = false
                $0.stages = [CustomStage(.init(rawValue: "busy"), Busy(sleeps: sleeps), at: .innermost)]
            } _: { client, simulation in
                try await client.ending(simulation) { _ in await client.shutdown(grace: .zero) }
            }
            #expect(ending.error?.code == .clientClosed)
            #expect(ending.clockMoved == .seconds(2))
            #expect(transport.requestCount == 0)
        }
    }

    @Test func aClientThatIsDroppedWithoutAShutdownLeavesNothing() throws {
        struct Dropped: Sendable {
            weak let client: ResilientClient?
            weak let transport: MockTransport?
        }
        let simulation = Simulation(seed: 0)
        let dropped = try simulation.run { simulation in
            let transport = MockTransport(.status(503), .ok)
            let client = try ResilientClient(dependencies: simulation.dependencies(transport: transport))
            #expect(try await client.get("https://example.com/").status == 200)
            return Dropped(client: client, transport: transport)
        }
        #expect(dropped.client == nil)
        #expect(dropped.transport == nil)
        #expect(simulation.clock.pendingTimers == 0)
        try simulation.expectNothingLeft()
    }
}

/// Counts how often it is shut down.
final class CountingTransport: Transport {
    private let mock: MockTransport
    private let counter = RecordingTransport()

    init(_ mock: MockTransport = MockTransport()) {
        self.mock = mock
    }

    var capabilities: TransportCapabilities { mock.capabilities }
    var shutdowns: Int { counter.shutdowns }

    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        try await mock.send(request, context: context)
    }

    func shutdown() async {
        await counter.shutdown()
        await mock.shutdown()
    }
}

extension ShutdownTests {
    /// A transport of somebody else's, which hears of the shutdown through the context alone.
    private struct ForeignTransport: Transport {
        let capabilities = TransportCapabilities(honoursDeadlines: true)

        func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
            let answer = OneShot<ClientResponse>()
            return try await context.withEndHandler {
                try await answer.value()
            } onEnd: { error in
                answer.resolve(.failure(error))
            }
        }
    }

    @Test func aForeignTransportThatIsSharedHearsOfTheShutdownAndOfCancellation() throws {
        try Simulation(seed: 1).run { simulation in
            var dependencies = simulation.dependencies(transport: ForeignTransport())
            dependencies.ownsTransport = false
            let client = try ResilientClient(.passthrough, dependencies: dependencies)
            let ended = simulation.start { try await client.get("https://example.com/") }
            let cancelled = simulation.start { try await client.get("https://example.com/") }
            try await simulation.sleep(for: .seconds(1))
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            await client.shutdown(grace: .zero)
            let error = await #expect(throws: ResilientError.self) { try await ended.value }
            #expect(error?.code == .clientClosed)
        }
    }

    @Test func theTransportEndsAlsoWhenTheLastOfAShutDownFamilyIsDropped() throws {
        let transport = MockTransport()
        try Simulation(seed: 1).run { simulation in
            let client = try ResilientClient(dependencies: simulation.dependencies(transport: transport))
            var copy: ResilientClient? = try client.with { $0.retry = nil }
            await client.shutdown(grace: .zero)
            #expect(!transport.isShutDown)
            #expect(copy != nil)
            copy = nil
            try await simulation.sleep(for: .seconds(1))
            #expect(transport.isShutDown)
        }
    }
}
