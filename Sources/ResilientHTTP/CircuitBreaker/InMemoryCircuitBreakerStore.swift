/// A store in this process, for clients that share what they know without sharing their breakers, and for tests.
///
/// Its keys are bounded like those of a ``CircuitBreakerRegistry``.
public final class InMemoryCircuitBreakerStore: CircuitBreakerStore {
    private let registry: CircuitBreakerRegistry

    /// Makes an empty store with breakers of these settings.
    ///
    /// Throws one configuration error that lists every problem.
    public init(
        _ configuration: CircuitBreakerConfiguration = CircuitBreakerConfiguration(),
        runtime: ClientRuntime = .system
    ) throws {
        registry = try CircuitBreakerRegistry(configuration, runtime: runtime)
    }

    /// What is known about a key; nil for nothing.
    public func read(_ key: String) async throws -> SharedCircuit? {
        registry.existing(CircuitBreakerKey(key)).map(circuit)
    }

    /// Counts an outcome and returns what is known after it.
    public func apply(_ outcome: CircuitBreaker.Outcome, to key: String) async throws -> SharedCircuit? {
        let breaker = registry.breaker(for: CircuitBreakerKey(key))
        breaker.record(outcome)
        return circuit(breaker)
    }

    private func circuit(_ breaker: CircuitBreaker) -> SharedCircuit {
        let status = breaker.status
        guard let left = status.nextProbeIn, left > 0 else { return SharedCircuit() }
        return SharedCircuit(openUntil: status.nextProbeAt)
    }
}
