import Foundation

extension Backoff {
    /// The delay before a retry.
    ///
    /// Takes exactly one random number whatever the formula, so that a recorded sequence gives the same delays again.
    ///
    /// - Parameters:
    ///   - n: 0 for the first retry, 1 for the second; less counts as 0.
    ///   - state: The call's own; formulas that depend on the delay before read and write it.
    ///   - random: Uniform in [0, 1).
    public func delay(retry n: Int, state: inout State, random: Double) -> Duration {
        let n = Double(max(n, 0))
        let random = limited(random, to: 1)
        switch formula {
        case .none:
            return .zero
        case .constant(let delay, let jitter):
            return jitter.applied(to: delay.decimalSeconds, base: delay, cap: .longest, &state, random)
        case .linear(let base, let increment, let cap, let jitter):
            let delay = base.decimalSeconds + increment.decimalSeconds * n
            return jitter.applied(to: delay, base: base, cap: cap, &state, random)
        case .exponential(let base, let factor, let cap, let jitter):
            return jitter.applied(to: base.grown(by: factor, n), base: base, cap: cap, &state, random)
        case .decorrelatedV2(let base, let cap):
            let t = n + random
            let intrinsic = pow(2, t) * tanh((4 * t).squareRoot())
            let step = limited((intrinsic - state.previousIntrinsic) / 1.4, to: .greatestFiniteMagnitude)
            state.previousIntrinsic = intrinsic
            return Duration(limited(base.decimalSeconds * step, to: cap.decimalSeconds), cap: cap)
        case .additive(let base, let max, let spread):
            let delay = limited(base.grown(by: 2, n), to: max.decimalSeconds)
            return Duration(limited(delay + delay * spread * (random - 0.5), to: 1e9), cap: .longest)
        }
    }
}

extension Jitter {
    /// Varies `delay`, in seconds. The cap comes before, so that the jitter spreads what the cap has cut, and after.
    fileprivate func applied(
        to delay: Double,
        base: Duration,
        cap: Duration,
        _ state: inout Backoff.State,
        _ random: Double
    ) -> Duration {
        let limit = cap.decimalSeconds
        let delay = limited(delay, to: limit)
        let varied: Double
        switch kind {
        case .none: varied = delay
        case .full: varied = delay * random
        case .equal: varied = delay * (0.5 + 0.5 * random)
        case .proportional(let share): varied = delay * (1 - share * random)
        case .symmetric(let spread): varied = delay * (1 - spread + 2 * spread * random)
        case .decorrelated:
            let base = base.decimalSeconds
            let previous = state.previousDelay ?? base
            varied = limited(base + (max(base, 3 * previous) - base) * random, to: limit)
            state.previousDelay = varied
        }
        return Duration(limited(varied, to: limit), cap: cap)
    }
}

extension Duration {
    /// In seconds, and finite before it is multiplied: no base stays no delay, even where the power overflows.
    fileprivate func grown(by factor: Double, _ n: Double) -> Double {
        decimalSeconds * limited(pow(factor, n), to: .greatestFiniteMagnitude)
    }

    /// `seconds` is finite; the cap is compared as a duration too, since rounding may have carried a double over it.
    fileprivate init(_ seconds: Double, cap: Duration) {
        self = min(Duration(decimalSeconds: seconds) ?? .zero, max(cap, .zero))
    }
}

/// The value within 0…limit. What has overflowed, even to NaN, is the limit: too long a wait is the lesser harm.
private func limited(_ value: Double, to limit: Double) -> Double {
    let limit = max(limit, 0)
    if value < 0 { return 0 }
    return value < limit ? value : limit
}
