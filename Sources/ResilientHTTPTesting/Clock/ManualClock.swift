public import ResilientHTTP
import Synchronization

/// A clock that stands still until a test moves it.
///
/// Timers fire inside ``advance(by:)``, in the order of their times, with ``now`` standing at each one's time while
/// it fires. Timers of the same time fire in the order in which they were made, unless a simulation breaks ties.
public final class ManualClock: RuntimeClock {
    private struct Entry {
        let time: MonotonicTime
        let tie: UInt64
        let action: @Sendable () -> Void
    }

    private struct State {
        var now: MonotonicTime
        var made: UInt64 = 0
        var timers = IndexedHeap<Entry> { ($0.time, $0.tie) < ($1.time, $1.tie) }
        var waiters: [(count: Int, shot: OneShot<Void>)] = []
    }

    private let state: Mutex<State>
    private let breakTie: (@Sendable () -> UInt64)?

    /// Makes a clock. It starts a second after its zero, so that tests can look back.
    public convenience init(startingAt start: MonotonicTime = MonotonicTime(nanoseconds: 1_000_000_000)) {
        self.init(startingAt: start, breakTie: nil)
    }

    package init(startingAt start: MonotonicTime, breakTie: (@Sendable () -> UInt64)?) {
        state = Mutex(State(now: start))
        self.breakTie = breakTie
    }

    /// The time to which the clock has been moved.
    public var now: MonotonicTime { state.withLock { $0.now } }

    /// How many timers have not fired.
    public var pendingTimers: Int { state.withLock { $0.timers.count } }

    /// The time of the next timer; nil when there is none.
    public var nextTimer: MonotonicTime? { state.withLock { $0.timers.first?.time } }

    /// Schedules a timer; one for the past fires at the next move, however small.
    public func schedule(at time: MonotonicTime, _ action: @escaping @Sendable () -> Void) -> ClockTimer {
        let tie = breakTie?()
        let (handle, reached) = state.withLock { state in
            state.made += 1
            let handle = state.timers.insert(Entry(time: time, tie: tie ?? state.made, action: action))
            let count = state.timers.count
            let reached = state.waiters.filter { $0.count <= count }
            state.waiters.removeAll { $0.count <= count }
            return (handle, reached)
        }
        for waiter in reached { waiter.shot.resolve(.success(())) }
        return ClockTimer { [self] in
            state.withLock { $0.timers.remove(handle) } != nil
        }
    }

    /// Moves the clock on and fires what comes due. Negative durations move nothing.
    public func advance(by duration: Duration) {
        advance(to: now + duration)
    }

    /// Moves the clock to a time and fires what comes due on the way, timers made by other timers included.
    public func advance(to time: MonotonicTime) {
        while let action = takeTimer(until: time) { action() }
        state.withLock { $0.now = max($0.now, time) }
    }

    /// Waits until so many timers are pending: until the calls under test have come to their waits.
    ///
    /// For tests on the ordinary thread pool; a simulation knows by itself when nothing moves any more. Throws
    /// `CancellationError` when the task is cancelled, so a time limit on the test ends it.
    public func waitForTimers(_ count: Int = 1) async throws {
        let shot = OneShot<Void>()
        let isReached = state.withLock { state in
            if state.timers.count >= count { return true }
            state.waiters.append((count, shot))
            return false
        }
        if isReached { return }
        try await withTaskCancellationHandler {
            try await shot.value()
        } onCancel: {
            shot.resolve(.failure(CancellationError()))
        }
    }

    /// Fires the next timer, moving the clock to it. Returns false when there is none.
    package func fireNext() -> Bool {
        guard let action = takeTimer(until: .distantFuture) else { return false }
        action()
        return true
    }

    /// Takes the next timer out and sets the clock to its time.
    private func takeTimer(until end: MonotonicTime) -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard let first = state.timers.first, first.time <= end, first.time < .distantFuture else { return nil }
            state.now = max(state.now, first.time)
            return state.timers.popFirst()?.action
        }
    }
}
