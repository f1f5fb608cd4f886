/// A call that waits for its turn.
final class Waiter: Sendable {
    /// Its place among all: who came earlier has the lower one.
    let ticket: UInt64
    let call: LimiterCall
    /// When it gives up by itself; nil for never.
    let end: MonotonicTime?
    let shot = OneShot<LimiterPassage>()
    private let limiter: RateLimiter

    init(ticket: UInt64, call: LimiterCall, end: MonotonicTime?, limiter: RateLimiter) {
        (self.ticket, self.call, self.end, self.limiter) = (ticket, call, end, limiter)
    }

    /// Waits for its turn. What ended the wait otherwise, ``RateLimiter/failure(of:_:)`` says.
    ///
    /// Inlined, and it holds nothing but the waiter: ten thousand may wait here.
    @inline(__always)
    func turn() async throws -> LimiterPassage {
        call.beginWait { [self] in giveUp($0) }
        defer { call.endWait() }
        return try await withTaskCancellationHandler {
            try await shot.value()
        } onCancel: {
            giveUp(CancellationError())
        }
    }

    /// Ends the wait with an error, unless it has its turn already.
    func giveUp(_ error: any Error) {
        if shot.resolve(.failure(error)) { limiter.abandon(self) }
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
