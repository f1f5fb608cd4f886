import Synchronization

extension CircuitBreaker {
    /// Leave to make one call, for operations that ``CircuitBreaker/run(classify:_:)`` cannot be put around.
    ///
    /// It is settled exactly once. Dropped without a result it settles itself as neutral, so that no probe slot is lost.
    public final class Permit: Sendable {
        private let breaker: CircuitBreaker
        private let permit: BreakerPermit
        private let isSettled = Atomic(false)

        init(_ permit: BreakerPermit, of breaker: CircuitBreaker) {
            self.permit = permit
            self.breaker = breaker
        }

        deinit {
            settle(.neutral)
        }

        /// Whether the call is a probe of a half-open breaker.
        public var isProbe: Bool { permit.probe != 0 }

        /// Says how the call ended.
        ///
        /// - Parameters:
        ///   - outcome: How it ended.
        ///   - duration: How long it took; from the permit to now unless given.
        ///   - retryAfter: With a failure: how long the service asked to be left alone.
        /// - Returns: Whether this was the first result; a further one changes nothing.
        @discardableResult
        public func settle(_ outcome: Outcome, duration: Duration? = nil, retryAfter: Duration? = nil) -> Bool {
            guard !isSettled.exchange(true, ordering: .relaxed) else { return false }
            breaker.settle(permit, BreakerResult(outcome, duration: duration, retryAfter: retryAfter))
            return true
        }
    }

    /// Asks for leave to make a call.
    ///
    /// Throws `circuitOpen` with the time to come back when the breaker is open, or half-open with all probes under way.
    public func acquire() throws -> Permit {
        switch admit() {
        case .permitted(let permit): return Permit(permit, of: self)
        case .refused(let refusal): throw error(refusal)
        }
    }

    /// Takes in the outcome of an operation that the breaker did not see begin. It counts in the state of now: while
    /// half-open it decides like a probe's, and after the open time it begins the half-open state, so that a program that
    /// only records sees the breaker close again.
    ///
    /// Where results may be late, take a permit with ``acquire()`` instead.
    public func record(_ outcome: Outcome, duration: Duration? = nil, retryAfter: Duration? = nil) {
        record(BreakerResult(outcome, duration: duration, retryAfter: retryAfter))
    }
}

extension BreakerResult {
    init(_ outcome: CircuitBreaker.Outcome, duration: Duration? = nil, retryAfter: Duration? = nil) {
        switch outcome {
        case .success:
            self.init(kind: .success)
        case .failure(let type):
            self.init(kind: .failure, failureType: type, serverNanoseconds: retryAfter?.saturatedNanoseconds ?? 0)
        case .neutral:
            self.init(kind: .neutral)
        }
        nanoseconds = duration?.saturatedNanoseconds
    }
}
