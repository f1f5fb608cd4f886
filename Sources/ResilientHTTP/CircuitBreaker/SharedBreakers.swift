import Foundation
import Synchronization

/// Asks and tells a store, within bounds that a store cannot break.
///
/// Whatever the store does, a call waits for a moment at most, and no more than so many questions and reports are under
/// way. A store that failed is left alone for a while, so that not every call pays for its silence.
final class SharedBreakers: Sendable {
    private struct State {
        var pending = 0
        var restsUntil = MonotonicTime(nanoseconds: .min)
    }

    /// The most questions and reports that are under way at once.
    static let pendingLimit = 256
    /// How long a store that failed is left alone.
    static let rest: Duration = .seconds(1)

    private let store: any CircuitBreakerStore
    private let registry: CircuitBreakerRegistry
    private let timeout: Duration
    private let runtime: ClientRuntime
    private let state = Mutex(State())

    init(_ store: any CircuitBreakerStore, of registry: CircuitBreakerRegistry) {
        self.store = store
        self.registry = registry
        timeout = registry.configuration.storeTimeout
        runtime = registry.runtime
    }

    /// Brings a breaker up to what the store knows. Throws only when the call itself is over.
    func consult(for breaker: CircuitBreaker, context: RequestContext) async throws {
        let now = runtime.now
        guard begin(now: now, isReport: false) else { return }
        var bounded = context
        bounded.deadline = Deadline(
            min(now + timeout, context.deadline?.instant ?? .distantFuture),
            kind: .attempt,
            timeout: timeout
        )
        do {
            let circuit = try await bounded.race(reachedServer: .no) { [self] in
                defer { end() }
                return try await store.read(breaker.name)
            }
            adopt(circuit, breaker)
        } catch {
            try context.checkIfOver()
            noteFailure()
        }
    }

    /// Tells the store, in the background, how an attempt ended.
    func report(_ result: BreakerResult, of breaker: CircuitBreaker) {
        let outcome: CircuitBreaker.Outcome
        switch result.kind {
        case .success: outcome = .success
        case .failure: outcome = .failure(type: result.failureType)
        case .neutral: return
        }
        guard begin(now: runtime.now, isReport: true) else { return }
        runtime.start { [self] in
            defer { end() }
            do {
                adopt(try await store.apply(outcome, to: breaker.name), breaker)
            } catch {
                noteFailure()
            }
        }
    }

    private func adopt(_ circuit: SharedCircuit?, _ breaker: CircuitBreaker) {
        guard let end = circuit?.openUntil, let wait = Duration(decimalSeconds: end.timeIntervalSince(runtime.date)),
            wait > .zero
        else { return }
        let now = runtime.now
        breaker.change { $0.adopt(openUntil: now + wait, now: now) }
    }

    private func begin(now: MonotonicTime, isReport: Bool) -> Bool {
        state.withLock { state in
            guard state.pending < Self.pendingLimit, state.restsUntil <= now else {
                if isReport { registry.noteDroppedReport() }
                return false
            }
            state.pending += 1
            return true
        }
    }

    private func end() {
        state.withLock { $0.pending -= 1 }
    }

    private func noteFailure() {
        let rest = runtime.now + Self.rest
        registry.noteStoreFailure()
        state.withLock { state in
            state.restsUntil = max(state.restsUntil, rest)
        }
    }
}
