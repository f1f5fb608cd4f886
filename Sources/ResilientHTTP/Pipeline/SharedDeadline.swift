/// Until when anybody waits for an answer that several calls share: it moves as calls come and go.
///
/// A shared request has no deadline of its own, for each call keeps its own beside it. This is for decisions that
/// something would come too late; it bounds no wait, because a call that comes later may wait longer.
protocol SharedDeadline: AnyObject, Sendable {
    /// The latest deadline of those who wait now; nil when one of them has none.
    var latest: MonotonicTime? { get }
}

extension RequestContext {
    /// When nobody will wait for the answer any more, as far as is known now; nil for never.
    var latestDeadline: MonotonicTime? {
        guard let shared = sharedDeadline?.latest else { return deadline?.instant }
        return deadline.map { min($0.instant, shared) } ?? shared
    }

    /// How long it is until then, never negative: what takes longer is in vain.
    func longestTimeLeft() -> Duration? {
        latestDeadline.map { max(.zero, $0 - runtime.now) }
    }
}
