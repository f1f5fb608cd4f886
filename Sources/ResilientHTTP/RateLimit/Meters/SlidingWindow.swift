/// A sliding window: at most `limit` in any period, wherever the period begins.
///
/// What was taken at `t` counts until just before `t + period` and no longer: at that very nanosecond it is free.
/// Exact for up to 4,096 grants in a window; beyond that, grants less than a 4,096th of the period apart are kept
/// together under the time of the last, so that memory is bounded and a window never holds more than the limit.
public struct SlidingWindow: Sendable, Hashable {
    private struct Entry: Hashable {
        let first: Int64
        var last: Int64
        var count: Int
    }

    /// The most in one period.
    public let limit: Int
    private let period: Int64
    private var entries: [Entry] = []
    /// The entries before this one have left the window.
    private var head = 0
    private var used = 0

    private static let exactEntries = 4096

    /// Makes a window.
    ///
    /// - Parameters:
    ///   - limit: The most in one period, from 1 to 10⁹.
    ///   - period: The period, above zero.
    ///
    /// Throws one configuration error that lists every value out of range.
    public init(limit: Int, per period: Duration) throws {
        var settings = RateLimit()
        (settings.algorithm, settings.limit, settings.per) = (.slidingWindow, limit, period)
        try settings.validate()
        self.init(settings, now: .zero)
    }

    /// Makes the window of a limit that has been validated.
    init(_ settings: RateLimit, now: MonotonicTime) {
        limit = settings.limit
        period = max(1, settings.per.saturatedNanoseconds)
        if let initial = settings.initial, initial < limit { add(limit - initial, now) }
    }

    /// Takes, all or nothing. A negative number takes nothing and is granted.
    public mutating func take(_ count: Int, now: MonotonicTime) -> RateVerdict {
        verdict(count, now: now)
    }

    private mutating func expire(_ now: MonotonicTime) {
        while head < entries.count, Int128(entries[head].last) + Int128(period) <= Int128(now.nanoseconds) {
            used -= entries[head].count
            head += 1
        }
        if head == entries.count {
            entries.removeAll(keepingCapacity: head <= 16)
            head = 0
        } else if head > 32, head > entries.count / 2 {
            entries.removeFirst(head)
            head = 0
        }
    }

    private mutating func add(_ count: Int, _ now: MonotonicTime) {
        // A debt may be anything. What does not fit is left out here and in the entry alike: they are always the same sum.
        let count = min(count, Int.max - used)
        guard count > 0 else { return }
        used += count
        if let last = entries.last, entries.count > head {
            let isFull = entries.count - head >= Self.exactEntries
            // A clock that stepped back: the order of the entries counts.
            let isSame = now.nanoseconds <= last.last
            if isSame || isFull && now.nanoseconds - last.first < period / Int64(Self.exactEntries) {
                entries[entries.count - 1].last = max(last.last, now.nanoseconds)
                entries[entries.count - 1].count = last.count + count
                return
            }
        }
        entries.append(Entry(first: now.nanoseconds, last: now.nanoseconds, count: count))
    }
}

extension SlidingWindow: RateMeter {
    var capacity: Int { limit }

    mutating func takeIfAvailable(_ amount: Int, now: MonotonicTime) -> Bool {
        expire(now)
        guard amount > 0 else { return true }
        guard used <= limit - min(amount, limit), amount <= limit else { return false }
        add(amount, now)
        return true
    }

    mutating func ready(for amount: Int, now: MonotonicTime) -> MonotonicTime {
        expire(now)
        guard amount > 0 else { return now }
        // Several demands: whole windows pass first, and the rest needs what is left after them.
        let windows = (amount - 1) / limit
        let rest = amount - windows * limit
        var missing = Int128(used) + Int128(rest) - Int128(limit)
        var time = Int128(now.nanoseconds)
        var index = head
        while missing > 0, index < entries.count {
            missing -= Int128(entries[index].count)
            time = Int128(entries[index].last) + Int128(period)
            index += 1
        }
        return MonotonicTime(clamping: time + Int128(windows) * Int128(period))
    }

    mutating func giveBack(_ refund: RateRefund, now: MonotonicTime) {
        expire(now)
        var (low, high) = (head, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].last < refund.takenAt.nanoseconds { low = middle + 1 } else { high = middle }
        }
        // What has left the window is free already.
        guard Int128(refund.takenAt.nanoseconds) + Int128(period) > Int128(now.nanoseconds) else { return }
        // All of it is in the one entry, unless a clock has stepped back; then the next ones have the rest.
        var rest = max(0, refund.amount)
        while rest > 0, low < entries.count {
            let back = min(rest, entries[low].count)
            entries[low].count -= back
            (used, rest, low) = (used - back, rest - back, low + 1)
        }
        while let last = entries.last, last.count == 0, entries.count > head { entries.removeLast() }
    }

    mutating func owe(_ amount: Int, now: MonotonicTime, longest: Duration) {
        expire(now)
        // It leaves with its period like everything else, so it cannot block for longer than that.
        add(max(0, amount), now)
    }

    mutating func remaining(now: MonotonicTime) -> Int {
        expire(now)
        return Int(clamping: Int128(limit) - Int128(used))
    }

    mutating func full(now: MonotonicTime) -> MonotonicTime {
        expire(now)
        guard let last = entries.last, used > 0 else { return now }
        return MonotonicTime(clamping: Int128(last.last) + Int128(period))
    }
}
