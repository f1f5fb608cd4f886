import Synchronization

/// What a call has taken from a limiter.
///
/// Keeping it or letting it go changes nothing: what was taken stays taken. ``cancel()`` gives it back for a call that
/// was not made; ``settle(actualCost:)`` puts an estimate right. The first of the two counts.
public final class Reservation: Sendable {
    private let limiter: RateLimiter
    private let passage: LimiterPassage
    private let isOpen = Atomic(true)

    init(_ limiter: RateLimiter, _ passage: LimiterPassage) {
        self.limiter = limiter
        self.passage = passage
    }

    /// Gives everything back, because nothing was sent. Counts once; returns whether this was it.
    @discardableResult
    public func cancel() -> Bool {
        guard isOpen.exchange(false, ordering: .relaxed) else { return false }
        limiter.refund(passage)
        return true
    }

    /// Says what the call really cost, such as the tokens that a model has used: what was taken too much is given
    /// back, what was taken too little is owed and delays later calls, for at most
    /// ``RateLimitConfiguration/maxServerDelay``. Limits that count requests are not touched; a cost below zero is
    /// taken for zero.
    ///
    /// Counts once; returns whether this was it.
    @discardableResult
    public func settle(actualCost: Int) -> Bool {
        guard isOpen.exchange(false, ordering: .relaxed) else { return false }
        limiter.settle(passage, cost: actualCost)
        return true
    }
}
