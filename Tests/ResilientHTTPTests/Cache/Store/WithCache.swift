import ResilientHTTPTesting

@testable import ResilientHTTP

/// Runs `body` with a cache over a store and the context of a call, in a simulation, and checks that nothing is left.
func withCache<Store: CacheStore>(
    seed: UInt64 = 0,
    over make: @escaping @Sendable (Simulation) throws -> Store,
    deadline: Duration? = nil,
    _ body: @escaping @Sendable (ResponseCache, Store, RequestContext, Simulation) async throws -> Void
) throws {
    let simulation = Simulation(seed: seed)
    try simulation.run { simulation in
        let store = try make(simulation)
        let cache = try ResponseCache(CacheConfiguration(), store: store, runtime: simulation.runtime)
        var context = RequestContext.example(runtime: simulation.runtime)
        if let deadline {
            context.tighten(Deadline(simulation.clock.now + deadline, kind: .total, timeout: deadline))
        }
        try await body(cache, store, context, simulation)
    }
    try simulation.settleToNothing()
}
