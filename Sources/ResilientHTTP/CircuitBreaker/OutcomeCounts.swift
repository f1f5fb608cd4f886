/// What a closed breaker has seen, and whether it is enough to open.
struct OutcomeCounts {
    private let rules: BreakerRules
    private var consecutive = 0
    private var ring: CountWindow?
    private var slices: TimeWindow?

    init(_ rules: BreakerRules) {
        self.rules = rules
        switch rules.window {
        case .consecutive: break
        case .count: ring = CountWindow(size: rules.windowSize)
        case .time: slices = TimeWindow(nanoseconds: rules.windowNanoseconds)
        }
    }

    /// Adds an outcome and says why the breaker is to open; nil when it is not.
    mutating func add(isFailure: Bool, isSlow: Bool, now: MonotonicTime) -> CircuitBreaker.Reason? {
        switch rules.window {
        case .consecutive:
            consecutive = isFailure ? consecutive + 1 : 0
            return consecutive >= rules.failureThreshold ? .failures : nil
        case .count:
            ring?.add(isFailure: isFailure, isSlow: isSlow)
            return ring.flatMap { rules.verdictOnWindow($0.sums) }
        case .time:
            return (slices?.add(isFailure: isFailure, isSlow: isSlow, now: now)).flatMap(rules.verdictOnWindow)
        }
    }

    /// What is in the window; for consecutive counting, the failures in a row.
    mutating func sums(now: MonotonicTime) -> OutcomeSums {
        switch rules.window {
        case .consecutive: OutcomeSums(calls: consecutive, failures: consecutive)
        case .count: ring?.sums ?? OutcomeSums()
        case .time: slices?.sums(now: now) ?? OutcomeSums()
        }
    }

    mutating func clear() {
        consecutive = 0
        ring?.clear()
        slices?.clear()
    }
}

extension BreakerRules {
    /// Why what is in a window opens a breaker; nil when it does not. Nearly every call ends before the divisions.
    func verdictOnWindow(_ sums: OutcomeSums) -> CircuitBreaker.Reason? {
        guard sums.calls >= minimumCalls, sums.failures > 0 || sums.slow > 0 else { return nil }
        return verdict(on: sums)
    }

    /// Why rates like these open a breaker; nil when they do not. Reaching a threshold is enough.
    func verdict(on sums: OutcomeSums) -> CircuitBreaker.Reason? {
        if sums.failureRate >= failureRate { return .failureRate }
        if let slowCallRate, sums.slowRate >= slowCallRate { return .slowCalls }
        return nil
    }
}
