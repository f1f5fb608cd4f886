/// What the limiter asks of a bucket or window. Pure: time comes in, nothing else does.
protocol RateMeter: Sendable {
    /// The most that one demand can ever get.
    var capacity: Int { get }
    /// Takes `amount` when it is there and says whether it was.
    mutating func takeIfAvailable(_ amount: Int, now: MonotonicTime) -> Bool
    /// The first moment, not before `now`, at which `amount` is there if nobody takes anything. Amounts above the
    /// capacity stand for several demands one after the other, and the answer is a lower bound then.
    mutating func ready(for amount: Int, now: MonotonicTime) -> MonotonicTime
    /// A mark of the state right after an amount was taken, for giving it back.
    func mark(afterTaking amount: Int) -> Int128
    /// Gives back what was taken and never used.
    mutating func giveBack(_ refund: RateRefund, now: MonotonicTime)
    /// Takes what has been used already, even if it is not there: the debt delays whoever comes next. A debt that
    /// would block for more than `longest` is cut to that.
    mutating func owe(_ amount: Int, now: MonotonicTime, longest: Duration)
    /// What can be taken now; negative for a debt.
    mutating func remaining(now: MonotonicTime) -> Int
    /// When everything will be there again if nobody takes anything; `now` when it is.
    mutating func full(now: MonotonicTime) -> MonotonicTime
}

/// What is given back, and what is known about its taking.
struct RateRefund: Sendable {
    /// How much is given back.
    let amount: Int
    /// How much was taken, of which this is all or a part.
    let taken: Int
    let takenAt: MonotonicTime
    /// What ``RateMeter/mark(afterTaking:)`` said then; nil if it is not known.
    let mark: Int128?
}

extension RateMeter {
    func mark(afterTaking amount: Int) -> Int128 { 0 }

    /// Takes, or says when it will be possible.
    mutating func verdict(_ amount: Int, now: MonotonicTime) -> RateVerdict {
        if takeIfAvailable(amount, now: now) { return .granted }
        if amount > capacity { return .never }
        return .retryAfter(ready(for: amount, now: now) - now)
    }
}

extension MonotonicTime {
    /// A moment computed in 128 bits, held to what a clock can show.
    init(clamping nanoseconds: Int128) {
        self.init(nanoseconds: Int64(clamping: nanoseconds))
    }
}
