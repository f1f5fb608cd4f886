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

/// Runs a client over a mock transport in a simulation, shuts it down and checks that nothing is left.
func simulate<Result: Sendable>(
    seed: UInt64 = 0,
    _ configuration: Configuration = .recommended,
    transport: MockTransport = MockTransport(),
    change: @escaping @Sendable (inout Dependencies) -> Void = { _ in },
    _ body: @escaping @Sendable (ResilientClient, Simulation) async throws -> Result
) throws -> Result {
    let simulation = Simulation(seed: seed)
    do {
        let result = try simulation.run { simulation in
            var dependencies = simulation.dependencies(transport: transport)
            change(&dependencies)
            return try await withResilientClient(configuration, dependencies: dependencies) { client in
                try await body(client, simulation)
            }
        }
        simulation.settle()
        try simulation.expectNothingLeft()
        return result
    } catch let failure as SimulationFailure {
        throw failure.cause ?? failure
    }
}

extension Simulation {
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
