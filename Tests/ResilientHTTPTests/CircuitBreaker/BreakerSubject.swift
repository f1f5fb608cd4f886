import ResilientHTTP

/// A breaker as the checks see it: the real one, the reference model, and the model with a defect.
protocol BreakerSubject: Sendable {
    /// The number of a permit, or nil for a refusal.
    mutating func acquire(now: MonotonicTime) -> BreakerGrant?
    mutating func settle(_ grant: BreakerGrant, _ verdict: BreakerVerdict, now: MonotonicTime)
    mutating func record(_ verdict: BreakerVerdict, now: MonotonicTime)
    mutating func force(_ state: CircuitBreaker.State, now: MonotonicTime)
    mutating func look(now: MonotonicTime) -> BreakerLook
}

struct BreakerGrant: Sendable, Hashable {
    let number: Int
    let isProbe: Bool
}

enum BreakerVerdict: Sendable, CaseIterable {
    case success
    case failure
    case neutral
}

/// What can be seen of a breaker from outside.
struct BreakerLook: Sendable, Equatable {
    var state: CircuitBreaker.State
    var failures: Int
    var failureRate: Double?
    var slowRate: Double?
    var probes: Int
    var probeSuccesses: Int
    var nextProbe: Double?
}

/// The breaker that users and the stage have.
struct RealBreaker: BreakerSubject {
    let breaker: CircuitBreaker
    private var permits: [Int: CircuitBreaker.Permit] = [:]
    private var last = 0

    init(_ configuration: CircuitBreakerConfiguration, runtime: ClientRuntime) throws {
        breaker = try CircuitBreaker(configuration, runtime: runtime)
    }

    mutating func acquire(now: MonotonicTime) -> BreakerGrant? {
        guard let permit = try? breaker.acquire() else { return nil }
        last += 1
        permits[last] = permit
        return BreakerGrant(number: last, isProbe: permit.isProbe)
    }

    mutating func settle(_ grant: BreakerGrant, _ verdict: BreakerVerdict, now: MonotonicTime) {
        let permit = permits.removeValue(forKey: grant.number)
        switch verdict {
        case .success: permit?.settle(.success)
        case .failure: permit?.settle(.failure())
        // Dropped without a word, which must come to the same.
        case .neutral where grant.number % 2 == 0: break
        case .neutral: permit?.settle(.neutral)
        }
    }

    mutating func record(_ verdict: BreakerVerdict, now: MonotonicTime) {
        switch verdict {
        case .success: breaker.record(.success)
        case .failure: breaker.record(.failure())
        case .neutral: breaker.record(.neutral)
        }
    }

    mutating func force(_ state: CircuitBreaker.State, now: MonotonicTime) {
        switch state {
        case .forcedOpen: breaker.forceOpen()
        case .forcedClosed: breaker.forceClosed()
        case .disabled: breaker.disable()
        case .metricsOnly: breaker.metricsOnly()
        case .closed, .open, .halfOpen: breaker.reset()
        }
    }

    mutating func look(now: MonotonicTime) -> BreakerLook {
        let status = breaker.status
        return BreakerLook(
            state: status.state,
            failures: status.failureCount,
            failureRate: status.failureRate,
            slowRate: status.slowCallRate,
            probes: status.probesInFlight,
            probeSuccesses: status.probeSuccesses,
            nextProbe: status.nextProbeIn
        )
    }
}
