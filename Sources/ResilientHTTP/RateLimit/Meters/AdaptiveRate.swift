/// The limiter of the adaptive mode: a bucket whose rate follows ``CubicRate``, at most twice the measured rate, and
/// which lets everything pass until the first throttling.
///
/// Its numbers are floating point, as in the specification it follows; an exact limit is not what it is for.
struct AdaptiveRate: Sendable, Hashable {
    private let minimumRate: Double
    private var curve: CubicRate
    private var measured: MeasuredRate
    private(set) var isActive = false
    /// Tokens a second.
    private(set) var fillRate: Double
    private var room = 1.0
    private var tokens = 0.0
    private var updated: MonotonicTime
    private let start: MonotonicTime

    /// Above this a rate is no limit, and arithmetic stays exact enough.
    private static let highestRate = 1e9

    init(_ settings: AdaptiveRateConfiguration, now: MonotonicTime) {
        minimumRate = settings.minimumRate
        curve = CubicRate(beta: settings.beta, scale: settings.scale)
        measured = MeasuredRate(smoothing: settings.smoothing, now: now)
        fillRate = settings.minimumRate
        (updated, start) = (now, now)
    }

    var measuredRate: Double { measured.rate }

    /// Notes an answer: the rate goes down with a throttling and up along the curve otherwise.
    mutating func note(isThrottling: Bool, now: MonotonicTime) {
        let rate = measured.record(now: now)
        let time = now - start
        let target: Double
        if isThrottling {
            let current = isActive ? min(rate, fillRate) : rate
            target = curve.afterThrottling(rate: current, at: time)
            isActive = true
        } else {
            target = curve.afterSuccess(at: time)
        }
        guard isActive else { return }
        advance(now)
        fillRate = min(max(min(target, 2 * rate), minimumRate), Self.highestRate)
        room = max(1, fillRate)
        tokens = min(tokens, room)
    }

    private mutating func advance(_ now: MonotonicTime) {
        guard now > updated else { return }
        tokens = min(room, tokens + fillRate * (now - updated).decimalSeconds)
        updated = now
    }
}

extension AdaptiveRate: RateMeter {
    var capacity: Int { .max }

    mutating func takeIfAvailable(_ amount: Int, now: MonotonicTime) -> Bool {
        advance(now)
        guard isActive, amount > 0 else { return true }
        // A nanosecond's worth of rounding must not cost a waiter a second round.
        guard tokens + 1e-6 >= Double(amount) else { return false }
        tokens -= Double(amount)
        return true
    }

    mutating func ready(for amount: Int, now: MonotonicTime) -> MonotonicTime {
        advance(now)
        guard isActive, amount > 0 else { return now }
        let missing = Double(amount) - tokens
        guard missing > 1e-6 else { return now }
        let nanoseconds = (missing / fillRate * 1e9).rounded(.up)
        return MonotonicTime(clamping: Int128(updated.nanoseconds) + Int128(min(nanoseconds, 1e18)))
    }

    mutating func giveBack(_ refund: RateRefund, now: MonotonicTime) {
        advance(now)
        if isActive { tokens = min(room, tokens + Double(max(0, refund.amount))) }
    }

    mutating func owe(_ amount: Int, now: MonotonicTime, longest: Duration) {}

    mutating func remaining(now: MonotonicTime) -> Int {
        advance(now)
        return isActive ? Int(tokens.rounded(.down)) : .max
    }

    mutating func full(now: MonotonicTime) -> MonotonicTime {
        ready(for: isActive ? Int(room) : 0, now: now)
    }
}
