/// A point on a client's monotonic clock, in nanoseconds since that clock's own zero.
///
/// Wall-clock changes never move it (RFC 9110 dates use ``WallClock`` instead). Arithmetic saturates, so a deadline
/// of 10^18 seconds is simply the far end of time and never a trap.
public struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since the clock's zero.
    public let nanoseconds: Int64

    /// Makes a point from nanoseconds since the clock's zero.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The clock's own zero.
    public static let zero = MonotonicTime(nanoseconds: 0)
    /// The far end of time; nothing is ever later.
    public static let distantFuture = MonotonicTime(nanoseconds: .max)

    /// Whether one point is before another.
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The point a duration later, or the end of time when there is none.
    public func advanced(by duration: Duration) -> MonotonicTime {
        advanced(byNanoseconds: duration.saturatedNanoseconds)
    }

    func advanced(byNanoseconds distance: Int64) -> MonotonicTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(distance)
        if overflow { return distance < 0 ? MonotonicTime(nanoseconds: .min) : .distantFuture }
        return MonotonicTime(nanoseconds: sum)
    }

    /// How long it is from this point to another; negative when the other is earlier.
    public func duration(to other: MonotonicTime) -> Duration {
        let (difference, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return .nanoseconds(overflow ? (other < self ? .min : .max) : difference)
    }

    /// The point a duration later.
    public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        time.advanced(by: duration)
    }

    /// How long it is from the right point to the left one.
    public static func - (later: MonotonicTime, earlier: MonotonicTime) -> Duration {
        earlier.duration(to: later)
    }
}

extension Duration {
    /// Whole nanoseconds, at most ±292 years.
    package var saturatedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, overflows) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflows ? (seconds < 0 ? .min : .max) : sum
    }
}
