/// How many calls there were, and how many of them failed or were slow.
struct OutcomeSums {
    var calls = 0
    var failures = 0
    var slow = 0

    mutating func add(isFailure: Bool, isSlow: Bool) {
        calls += 1
        if isFailure { failures += 1 }
        if isSlow { slow += 1 }
    }

    mutating func remove(isFailure: Bool, isSlow: Bool) {
        calls -= 1
        if isFailure { failures -= 1 }
        if isSlow { slow -= 1 }
    }

    mutating func remove(_ other: OutcomeSums) {
        calls -= other.calls
        failures -= other.failures
        slow -= other.slow
    }

    /// The share of failures; to be asked when there are calls. A division, because 7 of 100 is exactly 0.07 and
    /// 100 × 0.07 is more than 7.
    var failureRate: Double { Double(failures) / Double(calls) }

    /// The share of slow calls; to be asked when there are calls.
    var slowRate: Double { Double(slow) / Double(calls) }
}
