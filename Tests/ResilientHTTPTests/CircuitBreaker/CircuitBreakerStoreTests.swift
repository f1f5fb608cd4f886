import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

@Suite struct CircuitBreakerStoreTests {
    private static let configuration = CircuitBreakerConfiguration(failureThreshold: 2)

    /// A store that throws, or never answers, or answers late.
    struct BadStore: CircuitBreakerStore {
        enum Kind: CaseIterable {
            case throwing
            case hanging
            case nonsense
        }

        struct Broken: Error {}

        let kind: Kind
        let simulation: Simulation
        let asked: Counter

        func read(_ key: String) async throws -> SharedCircuit? { try await answer() }

        func apply(_ outcome: CircuitBreaker.Outcome, to key: String) async throws -> SharedCircuit? {
            try await answer()
        }

        private func answer() async throws -> SharedCircuit? {
            asked.add()
            switch kind {
            case .throwing: throw Broken()
            case .hanging:
                // Deaf to cancellation, as the worst of them are.
                let shot = OneShot<Void>()
                _ = simulation.runtime.schedule(at: simulation.clock.now + .seconds(1000)) {
                    shot.resolve(.success(()))
                }
                try await shot.value()
                return nil
            case .nonsense:
                return SharedCircuit(openUntil: .distantPast)
            }
        }
    }

    final class Counter: Sendable {
        private let count = Atomic(0)
        var value: Int { count.load(ordering: .relaxed) }
        func add() { count.add(1, ordering: .relaxed) }
    }

    private func withStore<Result: Sendable>(
        _ transport: MockTransport,
        _ make: @escaping @Sendable (Simulation) throws -> any CircuitBreakerStore,
        _ body: @escaping @Sendable (ResilientClient, CircuitBreakerStage, Simulation) async throws -> Result
    ) throws -> Result {
        let simulation = Simulation(seed: 0)
        let result = try simulation.run { simulation in
            let stage = CircuitBreakerStage(
                registry: try CircuitBreakerRegistry(Self.configuration, runtime: simulation.runtime),
                store: try make(simulation)
            )
            var dependencies = simulation.dependencies(transport: transport)
            // Under another name: only a stage of one's own shows how it gets on with its store.
            dependencies.stages = [CustomStage(.init(rawValue: "own"), stage, at: .innermost)]
            return try await withResilientClient(.passthrough, dependencies: dependencies) { client in
                try await body(client, stage, simulation)
            }
        }
        try simulation.settleToNothing()
        return result
    }

    @Test(arguments: BadStore.Kind.allCases)
    func aBadStoreNeitherFailsNorHoldsUpACall(_ kind: BadStore.Kind) throws {
        let transport = MockTransport(.ok, .ok, .status(503))
        let asked = Counter()
        try withStore(transport, { BadStore(kind: kind, simulation: $0, asked: asked) }) { client, stage, simulation in
            let began = simulation.clock.now
            for _ in 0..<2 {
                let response = try await client.send(ClientRequest(url: .example()))
                #expect(response.status == 200)
            }
            // One question that hung, and after it the store was left alone.
            #expect(simulation.clock.now - began <= .milliseconds(50))
            for _ in 0..<2 { _ = try await client.send(ClientRequest(url: .example())) }
            let error = await resilientError { try await client.send(ClientRequest(url: .example())) }
            #expect(error?.code == .circuitOpen)
            #expect((stage.registry.storeFailures > 0) == (kind != .nonsense))
            if kind != .nonsense {
                #expect(stage.registry.storeReportsDropped > 0)
                #expect(asked.value < 5)
            }
        }
    }

    @Test func aClientSaysHowOftenItsStoreFailed() throws {
        let asked = Counter()
        let simulation = Simulation(seed: 0)
        try simulation.run { simulation in
            var dependencies = simulation.dependencies(transport: MockTransport(.ok))
            dependencies.circuitBreakerStore = BadStore(kind: .throwing, simulation: simulation, asked: asked)
            let configuration = Configuration.passthrough.with { $0.circuitBreaker = Self.configuration }
            try await withResilientClient(configuration, dependencies: dependencies) { client in
                #expect(client.circuitBreakers?.storeFailures == 0)
                for _ in 0..<3 { _ = try await client.send(ClientRequest(url: .example())) }
                // After the first failure the store is left alone for a while.
                #expect(client.circuitBreakers?.storeFailures == 1)
                #expect(client.circuitBreakers?.storeReportsDropped == 3)
                #expect(asked.value == 1)
            }
        }
        try simulation.settleToNothing()
    }

    @Test func whatOneProcessSeesOpenIsOpenForTheOther() throws {
        let transport = MockTransport(.status(503))
        let simulation = Simulation(seed: 0)
        try simulation.run { simulation in
            let store = try InMemoryCircuitBreakerStore(Self.configuration, runtime: simulation.runtime)
            func client() throws -> ResilientClient {
                var dependencies = simulation.dependencies(transport: transport)
                dependencies.ownsTransport = false
                dependencies.circuitBreakerStore = store
                let configuration = Configuration.passthrough.with { $0.circuitBreaker = Self.configuration }
                return try ResilientClient(configuration, dependencies: dependencies)
            }
            let first = try client()
            let second = try client()
            for client in [first, second] { _ = try await client.send(ClientRequest(url: .example())) }
            // The reports go out in the background.
            try await simulation.sleep(for: .seconds(10))
            let error = await resilientError { try await second.send(ClientRequest(url: .example())) }
            #expect(error?.code == .circuitOpen)
            #expect(error?.retryAfter == .seconds(50))
            #expect(transport.requestCount == 2)
            let status = try #require(second.circuitBreakerStatus()["https://example.com"])
            #expect(status.state == .open)
            #expect(status.failureCount == 1)
            for client in [first, second] { await client.shutdown() }
        }
        try simulation.settleToNothing()
    }

    @Test func aCallThatIsCancelledWhileTheStoreHangsEndsAtOnce() throws {
        let transport = MockTransport(.ok)
        let asked = Counter()
        try withStore(transport, { BadStore(kind: .hanging, simulation: $0, asked: asked) }) {
            client,
            stage,
            simulation in
            let call = simulation.start { try await client.send(ClientRequest(url: .example())) }
            try await simulation.sleep(for: .milliseconds(10))
            let began = simulation.clock.now
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            #expect(simulation.clock.now == began)
            #expect(transport.requestCount == 0)
            #expect(stage.registry.storeFailures == 0)
        }
    }
}
