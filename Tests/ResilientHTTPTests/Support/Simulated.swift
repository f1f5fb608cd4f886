import Foundation
import ResilientHTTP
import ResilientHTTPTesting

extension URL {
    /// A URL at a host where nobody listens; simulated requests go there.
    static func example(_ path: String = "") -> URL {
        var parts = URLComponents()
        parts.scheme = "https"
        parts.host = "example.com"
        parts.path = "/" + path
        return parts.url ?? URL(filePath: path)
    }
}

/// Runs a client over a mock transport in a simulation, shuts it down and checks that nothing is left, whether `body`
/// returns or throws.
func simulate<Result: Sendable>(
    seed: UInt64 = 0,
    _ configuration: Configuration = .recommended,
    transport: MockTransport = MockTransport(),
    change: @escaping @Sendable (inout Dependencies) -> Void = { _ in },
    _ body: @escaping @Sendable (ResilientClient, Simulation) async throws -> Result
) throws -> Result {
    let simulation = Simulation(seed: seed)
    let result = Swift.Result {
        try simulation.run { simulation in
            var dependencies = simulation.dependencies(transport: transport)
            change(&dependencies)
            return try await withResilientClient(configuration, dependencies: dependencies) { client in
                try await body(client, simulation)
            }
        }
    }
    do {
        let value = try result.get()
        try simulation.settleToNothing()
        return value
    } catch let failure as SimulationFailure {
        guard let cause = failure.cause else { throw failure }
        try simulation.settleToNothing()
        throw cause
    }
}

extension Simulation {
    /// Lets the stragglers of deaf transports come back, and throws when something stays for ever.
    func settleToNothing() throws {
        settle()
        try expectNothingLeft()
    }

    /// Throws when a task or timer of the runtime has not ended.
    func expectNothingLeft() throws {
        guard runtime.liveTasks == 0, runtime.liveTimers == 0 else {
            throw Leak(tasks: runtime.liveTasks, timers: runtime.liveTimers, seed: seed)
        }
    }

    struct Leak: Error {
        let tasks: Int
        let timers: Int
        let seed: UInt64
    }
}
