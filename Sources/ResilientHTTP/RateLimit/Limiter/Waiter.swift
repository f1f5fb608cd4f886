/// A call that waits for its turn.
final class Waiter: Sendable {
    /// Its place among all: who came earlier has the lower one.
    let ticket: UInt64
    let keys: CallKeys
    let cost: Int
    /// When it gives up by itself; nil for never.
    let end: MonotonicTime?
    let shot = OneShot<Grant>()

    init(ticket: UInt64, keys: CallKeys, cost: Int, end: MonotonicTime?) {
        (self.ticket, self.keys, self.cost, self.end) = (ticket, keys, cost, end)
    }
}

/// Where a waiter stands.
struct Standing {
    let waiter: Waiter
    /// One line for each key that kept it waiting. It stays in them until it goes, so that nobody who came later
    /// takes from one key while it waits for another: else two streams of calls could starve it in turn.
    var places: [(place: Place, handle: IndexedHeap<WaitLine.Entry>.Handle)] = []
    var end: IndexedHeap<WaitEnd>.Handle?
}

/// When a waiter gives up.
struct WaitEnd {
    let time: MonotonicTime
    let ticket: UInt64
}

/// A waiter whose wait is over, to be told so outside the lock.
struct Woken: Sendable {
    let waiter: Waiter
    /// What it got; nil when its time is up.
    let grant: Grant?
}
