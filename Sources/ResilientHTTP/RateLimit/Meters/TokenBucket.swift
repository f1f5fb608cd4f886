/// A token bucket: holds up to `capacity` tokens and gains so many a period, evenly.
///
/// ```swift
/// var bucket = try TokenBucket(capacity: 20, tokens: 10, per: .seconds(1), now: clock.now)
/// if case .retryAfter(let wait) = bucket.take(1, now: clock.now) { … }
/// ```
///
/// Exact: levels are integers in units of which a token has as many as its period has nanoseconds, so that every
/// nanosecond adds a whole number of them and nothing drifts, however long it runs. A clock that steps back adds
/// nothing.
public struct TokenBucket: Sendable, Hashable {
    /// The most tokens it holds, and the most that one ``take(_:now:)`` can get.
    public let capacity: Int
    // Half as wide as what is computed with them: there may be a hundred thousand buckets.
    private let period: Int64
    private let tokens: Int64
    private var updated: Int64
    private var level: Int128
    /// Units that were ever given back.
    private var returned: Int128 = 0

    /// Makes a bucket.
    ///
    /// - Parameters:
    ///   - capacity: The most tokens it holds, from 1 to 10⁹.
    ///   - tokens: How many it gains in a period, from 1 to 10⁹.
    ///   - period: The period, above zero.
    ///   - initial: How many it holds at first, from 0 to the capacity. Default: full.
    ///   - now: The current time.
    ///
    /// Throws one configuration error that lists every value out of range.
    public init(capacity: Int, tokens: Int, per period: Duration, initial: Int? = nil, now: MonotonicTime) throws {
        var limit = RateLimit()
        (limit.limit, limit.per, limit.burst, limit.initial) = (tokens, period, capacity, initial)
        try limit.validate()
        self.init(limit, now: now)
    }

    /// Makes the bucket of a limit that has been validated.
    init(_ limit: RateLimit, now: MonotonicTime) {
        capacity = limit.capacity
        period = max(1, limit.per.saturatedNanoseconds)
        tokens = Int64(limit.limit)
        level = Int128(min(limit.initial ?? capacity, capacity)) * Int128(period)
        updated = now.nanoseconds
    }

    /// Units that one token is: the nanoseconds of the period.
    private var token: Int128 { Int128(period) }
    /// Units that one nanosecond adds: the tokens of the period.
    private var gain: Int128 { Int128(tokens) }

    /// Takes tokens, all or none. A negative number takes nothing and is granted.
    public mutating func take(_ tokens: Int, now: MonotonicTime) -> RateVerdict {
        verdict(tokens, now: now)
    }

    private mutating func advance(_ now: MonotonicTime) {
        guard now.nanoseconds > updated else { return }
        let elapsed = Int128(now.nanoseconds) - Int128(updated)
        level = min(level + elapsed * gain, Int128(capacity) * token)
        updated = now.nanoseconds
    }
}

extension TokenBucket: RateMeter {
    mutating func takeIfAvailable(_ amount: Int, now: MonotonicTime) -> Bool {
        advance(now)
        let units = Int128(max(0, amount)) * token
        guard level >= units else { return false }
        level -= units
        return true
    }

    mutating func ready(for amount: Int, now: MonotonicTime) -> MonotonicTime {
        advance(now)
        let missing = Int128(amount) * token - level
        guard missing > 0 else { return now }
        // From the moment of the level, which a clock that stepped back may have left behind.
        return MonotonicTime(clamping: Int128(updated) + (missing + gain - 1) / gain)
    }

    /// All that came in by time and by refunds until now; what is missing to the brim is added, so that the mark is
    /// reached when the bucket would have run over without this taking.
    func mark(afterTaking amount: Int) -> Int128 {
        Int128(updated) * gain + returned + (Int128(capacity) - Int128(amount)) * token - level
    }

    /// Not simply adding: had it not been taken, the bucket might have run over since, and what would have been lost
    /// then must not come back, or more than the limit could go out within a period. What came in beyond the mark is
    /// the most that can have been lost.
    mutating func giveBack(_ refund: RateRefund, now: MonotonicTime) {
        advance(now)
        let kept = Int128(max(0, refund.taken - refund.amount)) * token
        let mark = refund.mark ?? Int128(refund.takenAt.nanoseconds) * gain + returned
        let lost = max(0, Int128(updated) * gain + returned - mark - kept)
        let units = max(0, Int128(max(0, refund.amount)) * token - lost)
        let before = level
        level = min(level + units, Int128(capacity) * token)
        returned += max(0, level - before)
    }

    mutating func owe(_ amount: Int, now: MonotonicTime, longest: Duration) {
        advance(now)
        let deepest = -Int128(max(0, longest.saturatedNanoseconds)) * gain
        level = max(level - Int128(max(0, amount)) * token, min(level, deepest))
    }

    mutating func remaining(now: MonotonicTime) -> Int {
        advance(now)
        // Rounded down for a debt too: half a token owed is not nothing.
        return Int(clamping: level >= 0 ? level / token : -((token - 1 - level) / token))
    }

    mutating func full(now: MonotonicTime) -> MonotonicTime {
        ready(for: capacity, now: now)
    }
}
