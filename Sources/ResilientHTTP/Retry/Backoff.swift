/// How long to wait before each retry: a formula, as a value.
///
/// ```swift
/// let backoff = Backoff.exponential(base: .seconds(1), cap: .seconds(30))
/// var state = Backoff.State()
/// let first = backoff.delay(retry: 0, state: &state, random: .random(in: 0..<1))
/// let second = backoff.delay(retry: 1, state: &state, random: .random(in: 0..<1))
/// ```
///
/// Retries are counted from 0. In the formulas `n` is that count and `rand` is uniform in [0, 1). Every delay is finite,
/// not negative and, except for ``additive(base:max:spread:)``, not above the cap; the cap is applied last (acceptance
/// row 69). No number of retries and no duration overflows. Delays are whole nanoseconds, 10⁹ seconds at the most.
///
/// A backoff says how much, not whether: that is the retry policy's to say, and the budget's.
public struct Backoff: Sendable, Hashable {
    package enum Formula: Sendable, Hashable {
        case none
        case constant(Duration, jitter: Jitter)
        case linear(base: Duration, increment: Duration, cap: Duration, jitter: Jitter)
        case exponential(base: Duration, factor: Double, cap: Duration, jitter: Jitter)
        case decorrelatedV2(base: Duration, cap: Duration)
        case additive(base: Duration, max: Duration, spread: Double)
    }

    package let formula: Formula

    /// No delay at all: the retry follows at once.
    public static let none = Backoff(formula: .none)

    /// `delay`, varied by the jitter.
    ///
    /// - Parameters:
    ///   - delay: Not negative.
    ///   - jitter: Default none, as the name promises. ``Jitter/decorrelated`` needs a cap to grow to and is refused.
    public static func constant(_ delay: Duration, jitter: Jitter = .none) -> Backoff {
        Backoff(formula: .constant(delay, jitter: jitter))
    }

    /// `min(base + increment · n, cap)`, varied by the jitter.
    ///
    /// - Parameters:
    ///   - base: The first delay, not negative. Default 1 s.
    ///   - increment: What each retry adds, not negative. Default 1 s.
    ///   - cap: The longest delay, at least the base. Default 30 s.
    ///   - jitter: Default ``Jitter/full``.
    public static func linear(
        base: Duration = .seconds(1),
        increment: Duration = .seconds(1),
        cap: Duration = .seconds(30),
        jitter: Jitter = .full
    ) -> Backoff {
        Backoff(formula: .linear(base: base, increment: increment, cap: cap, jitter: jitter))
    }

    /// `min(base · factorⁿ, cap)`, varied by the jitter (acceptance rows 68…71, 84, 85).
    ///
    /// - Parameters:
    ///   - base: The first delay, not negative. Default 0.5 s.
    ///   - factor: At least 1. Default 2.
    ///   - cap: The longest delay, at least the base. Default 8 s.
    ///   - jitter: Default ``Jitter/full``.
    public static func exponential(
        base: Duration = .milliseconds(500),
        factor: Double = 2,
        cap: Duration = .seconds(8),
        jitter: Jitter = .full
    ) -> Backoff {
        Backoff(formula: .exponential(base: base, factor: factor, cap: cap, jitter: jitter))
    }

    /// Decorrelated jitter, version 2, of Polly: `min(base · (f(n + rand) − f_prev) / 1.4, cap)` with
    /// `f(t) = 2ᵗ · tanh(√(4t))`, where `f_prev` is the `f` before, at first 0.
    ///
    /// Unlike the first version it has no clusters and no repeated delays, and its median grows smoothly:
    /// `base` is about the median of the first delay.
    ///
    /// - Parameters:
    ///   - base: About the median of the first delay, not negative. Default 1 s.
    ///   - cap: The longest delay, at least the base. Default 30 s.
    public static func decorrelatedV2(base: Duration = .seconds(1), cap: Duration = .seconds(30)) -> Backoff {
        Backoff(formula: .decorrelatedV2(base: base, cap: cap))
    }

    /// The documented formula of the BrowserOS agent: `d = min(base · 2ⁿ, max)`, then `d + d · spread · (rand − 0.5)`
    /// (acceptance rows 75, 76).
    ///
    /// The one formula whose result may be above its maximum, by `max · spread / 2`: the jitter is added after it.
    ///
    /// - Parameters:
    ///   - base: The first delay, not negative. Default 1 s.
    ///   - max: The longest delay before jitter, at least the base. Default 32 s.
    ///   - spread: The width of the jitter, 0…2. Default 0.2, which is ±10 %; the document's examples, ±20 %, are 0.4.
    public static func additive(
        base: Duration = .seconds(1),
        max: Duration = .seconds(32),
        spread: Double = 0.2
    ) -> Backoff {
        Backoff(formula: .additive(base: base, max: max, spread: spread))
    }
}
