import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// A simulated client whose only stages are a circuit breaker and what is configured besides.
struct BreakerClient: Sendable {
    let client: ResilientClient
    let registry: CircuitBreakerRegistry
    let simulation: Simulation

    /// The breaker of `https://example.com`.
    var breaker: CircuitBreaker {
        registry.breaker(for: CircuitBreakerKey(origin: Origin(scheme: "https", host: "example.com")))
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
            let configuration = Configuration.passthrough.with {
                $0.circuitBreaker = breaker
                configure(&$0)
            }
            var dependencies = simulation.dependencies(transport: transport)
            dependencies.breakerKey = keyOf
            dependencies.circuitBreakerStore = store
            if let inside {
                dependencies.stages.append(CustomStage(.init(rawValue: "inside"), inside, at: .innermost))
            }
            return try await withResilientClient(configuration, dependencies: dependencies) { client in
                let registry = try #require(client.circuitBreakers)
                return try await body(BreakerClient(client: client, registry: registry, simulation: simulation))
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
