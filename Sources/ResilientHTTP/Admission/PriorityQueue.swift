import Synchronization

/// Lets so many operations run at once and makes the others wait, the most urgent first.
///
/// The admission stage of a client stands on it, and it can be used alone, around anything:
///
/// ```swift
/// let queue = try PriorityQueue(AdmissionConfiguration(maxConcurrentRequests: 10, capacity: 50))
/// let user = try await queue.submit(priority: .high) { try await client.get("/users/1").decode(User.self) }
/// ```
///
/// - Levels: lower numbers first; of one level, who came first. A wait counts as urgency, see
///   ``AdmissionConfiguration/ageing``.
/// - A free slot goes to a waiter at once: while anybody waits, as many run as the limit allows.
/// - A wait ends with a slot, with its deadline, with cancellation, by giving way to others, or with ``shutdown()``.
///   Whoever leaves costs O(log levels).
///
/// It is a class around a lock and not an actor: giving a slot back, cancellation and timers come from places that
/// cannot await (a `defer`, a cancellation handler, a clock's thread), and an actor would need a task for each and would
/// hand the slot on later. For callers it is the same: safe from any task, and nothing blocks.
public final class PriorityQueue: Sendable {
    /// The most that wait, whatever the capacity: 100,000.
    public static let mostWaiting = 100_000

    let runtime: ClientRuntime
    private let state: Mutex<AdmissionState>

    /// Makes a queue.
    ///
    /// Throws one configuration error that lists every problem.
    public init(_ configuration: AdmissionConfiguration = AdmissionConfiguration(), runtime: ClientRuntime = .system)
        throws
    {
        try configuration.validate()
        self.runtime = runtime
        state = Mutex(AdmissionState(configuration))
    }

    /// What it was set to last.
    public var configuration: AdmissionConfiguration { state.withLock { $0.configuration } }

    /// What the queue has done and is doing.
    public var stats: QueueStats {
        state.withLock { state in
            var stats = state.stats
            for (level, depth) in state.depths { stats.depth[Priority(rawValue: level)] = depth }
            stats.inFlight = state.inFlight
            stats.limit = state.limit
            return stats
        }
    }

    /// How many grants came back because their waiter had just gone.
    var grantsReturned: Int { state.withLock { $0.grantsReturned } }

    /// Sets the counters and histograms to zero; who runs and who waits is not touched.
    public func resetStats() {
        state.withLock { $0.stats = QueueStats() }
    }

    /// Begins an adaptive limit and the estimate of how long requests take anew; what is under way counts for neither.
    public func resetLimit() {
        state.withLock { $0.resetLimit() }
        grantAll()
    }

    /// Takes other settings. Those who wait keep their places, even beyond a smaller capacity; a changed limit begins
    /// anew.
    ///
    /// Throws one configuration error that lists every problem, and changes nothing then.
    public func reconfigure(_ configuration: AdmissionConfiguration) throws {
        try configuration.validate()
        state.withLock { $0.reconfigure(configuration) }
        grantAll()
    }

    /// Ends every wait with `clientClosed`, now and later. What runs goes on.
    public func shutdown() {
        for waiter in state.withLock({ $0.close() }) {
            let error = ResilientError(.clientClosed, "the queue has been shut down", reachedServer: .no)
            waiter.granted.resolve(.failure(error))
        }
    }
}

// MARK: - Coming and going

extension PriorityQueue {
    /// How a request came in.
    struct Admission: Sendable {
        let slot: AdmissionSlot
        let waited: Duration
        /// How many were ahead of it when it came.
        let ahead: Int
        let limit: Int
    }

    /// What a request that came got.
    enum Entrance {
        case slot(AdmissionSlot)
        case wait(AdmissionWait)
    }

    /// Takes a slot if one is free.
    func enter() -> AdmissionSlot? {
        // The clock may be the program's own, and is not looked at under the lock.
        var now: MonotonicTime?
        while true {
            switch state.withLock({ $0.enter(now: now) }) {
            case .slot(let slot): return slot
            case .full: return nil
            case .needsTime: now = runtime.now
            }
        }
    }

    /// Takes a slot, or a place in the queue.
    ///
    /// Throws `CancellationError`, the error of the deadline, `queueFull`, `shed` or `clientClosed`; whoever throws has
    /// taken nothing.
    @inline(never)
    func arrive(_ entry: AdmissionState.Entry, priority: Priority, context: RequestContext) throws -> Entrance {
        do {
            try context.checkIfOver()
        } catch {
            state.withLock { Self.count(error, in: &$0.stats) }
            throw error
        }
        let now = runtime.now
        let arrival = state.withLock {
            $0.arrive(entry, priority: priority, deadline: context.latestDeadline, now: now)
        }
        switch arrival {
        case .admitted(let slot):
            return .slot(slot)
        case .refused(let refusal):
            throw refusal.error
        case .queued(let waiter, let handle, let dropped):
            if let (loser, refusal) = dropped { loser.granted.resolve(.failure(refusal.error)) }
            return .wait(AdmissionWait(self, waiter, handle, context))
        }
    }

    /// Gives a slot back, to whoever is next.
    @inline(never)
    func leave(_ slot: AdmissionSlot, _ outcome: SlotOutcome) {
        let now = slot.startedAt == nil || outcome == .neutral ? nil : runtime.now
        let next = state.withLock { state in
            state.leave(slot, outcome, now: now)
            return state.grant()
        }
        hand(next)
    }

    /// Learns from the head of an answer whose body is still arriving; its slot is given back when that has ended.
    @inline(never)
    func observe(_ slot: AdmissionSlot, _ outcome: SlotOutcome) {
        guard slot.startedAt != nil, outcome != .neutral else { return }
        let now = runtime.now
        state.withLock { $0.observe(slot, outcome, now: now) }
    }

    /// A waiter goes on with the slot that it was granted.
    func begin(_ waiter: AdmissionState.Waiter, now: MonotonicTime) -> Admission {
        let (slot, limit) = state.withLock { ($0.begin(waiter, now: now), $0.limit) }
        return Admission(slot: slot, waited: now - waiter.arrivedAt, ahead: waiter.ahead, limit: limit)
    }

    /// Takes a waiter out before its turn has come and counts it; false when it had left already. Whoever takes a waiter
    /// out of the queue counts it there and then, and is the one who wakes it.
    func abandon(_ handle: AdmissionState.Handle, _ count: (inout QueueStats) -> Void) -> Bool {
        state.withLock { state in
            guard state.abandon(handle) else { return false }
            count(&state.stats)
            return true
        }
    }

    /// A waiter had left when its turn came.
    func returnGrant(_ error: any Error) {
        let next = state.withLock { state in
            Self.count(error, in: &state.stats)
            state.returnGrant()
            return state.grant()
        }
        hand(next)
    }

    /// Counts a call that was over before it waited or when its turn came.
    private static func count(_ error: any Error, in stats: inout QueueStats) {
        switch (error as? ResilientError)?.code {
        case .deadlineExceeded, .attemptTimeout: stats.expired += 1
        default: stats.cancelled += 1
        }
    }

    private func grantAll() {
        hand(state.withLock { $0.grant() })
    }

    /// Wakes a waiter, and every other one there is a slot for: a limit that has grown frees several at once. One whose
    /// call has just ended gives its grant back when it begins.
    private func hand(_ waiter: AdmissionState.Waiter?) {
        var next = waiter
        while let waiter = next {
            waiter.granted.resolve(.success(()))
            next = state.withLock { $0.grant() }
        }
    }
}
