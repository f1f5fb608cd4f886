import ResilientHTTP
import ResilientHTTPTesting

/// A simulated client whose only stages are those of the configuration and a circuit breaker inside them.
struct BreakerClient: Sendable {
    let client: ResilientClient
    let stage: CircuitBreakerStage
    let simulation: Simulation

    /// The breaker of `https://example.com`.
    var breaker: CircuitBreaker {
        stage.registry.breaker(for: CircuitBreakerKey(origin: Origin(scheme: "https", host: "example.com")))
    }

    /// Runs a client, shuts it down and checks that nothing is left of it.
    @discardableResult
    static func run<Result: Sendable>(
        seed: UInt64 = 0,
        _ breaker: CircuitBreakerConfiguration = CircuitBreakerConfiguration(),
        transport: MockTransport = MockTransport(),
        store: (any CircuitBreakerStore)? = nil,
        inside: (any Middleware)? = nil,
        keyOf: CircuitBreakerStage.KeyOf? = nil,
        configure: @escaping @Sendable (inout Configuration) -> Void = { _ in },
        _ body: @escaping @Sendable (BreakerClient) async throws -> Result
    ) throws -> Result {
        let simulation = Simulation(seed: seed)
        let result = try simulation.run { simulation in
            let configuration = Configuration.passthrough.with(configure)
            let timeouts = [configuration.timeouts.attempt, configuration.timeouts.total].compactMap { $0 }
            let stage = CircuitBreakerStage(
                registry: try CircuitBreakerRegistry(breaker, runtime: simulation.runtime),
                attemptTimeout: timeouts.min(),
                keyOf: keyOf,
                store: store
            )
            var dependencies = simulation.dependencies(transport: transport)
            dependencies.stages = [CustomStage(.circuitBreaker, stage, at: .before(.attemptTimeout))]
            if let inside {
                dependencies.stages.append(CustomStage(.init(rawValue: "inside"), inside, at: .innermost))
            }
            return try await withResilientClient(configuration, dependencies: dependencies) { client in
                try await body(BreakerClient(client: client, stage: stage, simulation: simulation))
            }
        }
        try simulation.settleToNothing()
        return result
    }

    /// A GET to `https://example.com`; the error when it throws.
    @discardableResult
    func get(_ options: RequestOptions = RequestOptions()) async -> Swift.Result<ClientResponse, any Error> {
        do {
            return .success(try await client.send(ClientRequest(url: .example()), options: options))
        } catch {
            return .failure(error)
        }
    }
}

extension Result {
    /// The code of the package's own error; nil for a success and for errors of others.
    var code: ResilientError.Code? {
        guard case .failure(let error) = self else { return nil }
        return (error as? ResilientError)?.code
    }
}
