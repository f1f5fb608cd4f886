import Foundation

/// Asks and tells a store about breakers, within bounds that a store cannot break.
final class SharedBreakers: Sendable {
    private let store: any CircuitBreakerStore
    private let access: StoreAccess
    private let runtime: ClientRuntime

    init(_ store: any CircuitBreakerStore, of registry: CircuitBreakerRegistry) {
        self.store = store
        runtime = registry.runtime
        access = StoreAccess(
            timeout: registry.configuration.storeTimeout,
            runtime: registry.runtime,
            counts: registry.storeCounts
        )
    }

    /// Brings a breaker up to what the store knows. Throws only when the call itself is over.
    func consult(for breaker: CircuitBreaker, context: RequestContext) async throws {
        let answer = try await access.ask(context) { [store] in try await store.read(breaker.name) }
        if let circuit = answer { adopt(circuit, breaker) }
    }

    /// Tells the store, in the background, how an attempt ended.
    func report(_ result: BreakerResult, of breaker: CircuitBreaker) {
        let outcome: CircuitBreaker.Outcome
        switch result.kind {
        case .success: outcome = .success
        case .failure: outcome = .failure(type: result.failureType)
        case .neutral: return
        }
        access.tell { [self] in adopt(try await store.apply(outcome, to: breaker.name), breaker) }
    }

    private func adopt(_ circuit: SharedCircuit?, _ breaker: CircuitBreaker) {
        guard let end = circuit?.openUntil, let wait = Duration(decimalSeconds: end.timeIntervalSince(runtime.date)),
            wait > .zero
        else { return }
        let now = runtime.now
        breaker.change { $0.adopt(openUntil: now + wait, now: now) }
    }
}
