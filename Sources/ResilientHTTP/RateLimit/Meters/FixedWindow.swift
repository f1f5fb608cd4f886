/// Fixed periods: at most `limit` in each, the first of which begins when the window is made.
///
/// Cheap and what many services do; but the end of one period and the beginning of the next may together hold twice
/// the limit. ``SlidingWindow`` does not allow that.
public struct FixedWindow: Sendable, Hashable {
    /// The most in one period.
    public let limit: Int
    private let period: Int64
    private var start: Int64
    private var used: Int

    /// Makes a window.
    ///
    /// - Parameters:
    ///   - limit: The most in one period, from 1 to 10⁹.
    ///   - period: The period, above zero.
    ///   - now: The current time, at which the first period begins.
    ///
    /// Throws one configuration error that lists every value out of range.
    public init(limit: Int, per period: Duration, now: MonotonicTime) throws {
        var settings = RateLimit()
        (settings.algorithm, settings.limit, settings.per) = (.fixedWindow, limit, period)
        try settings.validate()
        self.init(settings, now: now)
    }

    /// Makes the window of a limit that has been validated.
    init(_ settings: RateLimit, now: MonotonicTime) {
        limit = settings.limit
        period = max(1, settings.per.saturatedNanoseconds)
        start = now.nanoseconds
        used = limit - min(settings.initial ?? limit, limit)
    }

    /// Takes, all or nothing. A negative number takes nothing and is granted.
    public mutating func take(_ count: Int, now: MonotonicTime) -> RateVerdict {
        verdict(count, now: now)
    }

    private mutating func advance(_ now: MonotonicTime) {
        let passed = (Int128(now.nanoseconds) - Int128(start)) / Int128(period)
        guard passed > 0 else { return }
        start = Int64(clamping: Int128(start) + passed * Int128(period))
        // Only a debt is above the limit, and it is paid by the periods that follow.
        used = Int(clamping: max(0, Int128(used) - passed * Int128(limit)))
    }
}

extension FixedWindow: RateMeter {
    var capacity: Int { limit }

    mutating func takeIfAvailable(_ amount: Int, now: MonotonicTime) -> Bool {
        advance(now)
        guard amount > 0 else { return true }
        guard amount <= limit, used <= limit - amount else { return false }
        used += amount
        return true
    }

    mutating func ready(for amount: Int, now: MonotonicTime) -> MonotonicTime {
        advance(now)
        let missing = Int128(used) + Int128(max(0, amount)) - Int128(limit)
        guard missing > 0 else { return now }
        let periods = (missing + Int128(limit) - 1) / Int128(limit)
        return MonotonicTime(clamping: Int128(start) + periods * Int128(period))
    }

    mutating func giveBack(_ refund: RateRefund, now: MonotonicTime) {
        advance(now)
        guard refund.takenAt.nanoseconds >= start else { return }
        used = max(0, used - max(0, refund.amount))
    }

    mutating func owe(_ amount: Int, now: MonotonicTime, longest: Duration) {
        advance(now)
        let periods = Int128(max(0, longest.saturatedNanoseconds)) / Int128(period)
        let most = max(Int128(used), Int128(limit) * (periods + 1))
        used = Int(clamping: min(Int128(used) + Int128(max(0, amount)), most))
    }

    mutating func remaining(now: MonotonicTime) -> Int {
        advance(now)
        return limit - used
    }

    mutating func full(now: MonotonicTime) -> MonotonicTime {
        advance(now)
        guard used > 0 else { return now }
        let periods = (Int128(used) + Int128(limit) - 1) / Int128(limit)
        return MonotonicTime(clamping: Int128(start) + periods * Int128(period))
    }
}
