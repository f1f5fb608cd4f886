extension Backoff {
    /// Everything that makes this backoff unusable, with the configuration key it is about; empty if it is sound.
    package var problems: [(path: String, message: String)] {
        var problems: [(path: String, message: String)] = []
        func require(_ condition: Bool, _ path: String, _ message: String) {
            if !condition { problems.append((path, message)) }
        }
        func check(_ path: String, _ duration: Duration) {
            require(duration >= .zero, path, "must not be negative, is \(duration.decimalSeconds) s")
        }
        func check(_ path: String, _ cap: Duration, atLeast base: Duration) {
            check(path, cap)
            require(
                cap >= base,
                path,
                "must be at least the base, \(base.decimalSeconds) s, is \(cap.decimalSeconds) s"
            )
        }
        func check(_ path: String, _ share: Double, upTo limit: Double) {
            require(0...limit ~= share, path, "must be between 0 and \(limit), is \(share)")
        }
        func check(_ jitter: Jitter) {
            switch jitter.kind {
            case .none, .full, .equal, .decorrelated: break
            case .proportional(let share), .symmetric(let share): check("jitter_amount", share, upTo: 1)
            }
        }

        switch formula {
        case .none:
            break
        case .constant(let delay, let jitter):
            check("delay", delay)
            check(jitter)
            require(jitter != .decorrelated, "jitter", "decorrelated jitter needs a backoff with a cap")
        case .linear(let base, let increment, let cap, let jitter):
            check("base", base)
            check("increment", increment)
            check("cap", cap, atLeast: base)
            check(jitter)
        case .exponential(let base, let factor, let cap, let jitter):
            check("base", base)
            require(factor >= 1 && factor.isFinite, "factor", "must be a finite number of at least 1, is \(factor)")
            check("cap", cap, atLeast: base)
            check(jitter)
        case .decorrelatedV2(let base, let cap):
            check("base", base)
            check("cap", cap, atLeast: base)
        case .additive(let base, let max, let spread):
            check("base", base)
            check("max", max, atLeast: base)
            check("spread", spread, upTo: 2)
        }
        return problems
    }
}
