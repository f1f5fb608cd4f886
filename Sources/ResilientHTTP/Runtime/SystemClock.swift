import Dispatch
import Synchronization

/// The machine's monotonic clock with one shared Dispatch timer behind all that is scheduled on it.
///
/// Timers end with the clock: whoever schedules keeps it. A ``ClientRuntime`` does.
///
/// Timers are a heap and one timer source, not a source or a task each: ten thousand waiting calls cost ten thousand
/// small heap entries. The source is moved only when an earlier time arrives; a cancelled timeout costs no system
/// call.
public final class SystemClock: RuntimeClock {
    private struct Entry {
        let time: MonotonicTime
        let action: @Sendable () -> Void
    }

    private struct State {
        var timers = IndexedHeap<Entry> { $0.time < $1.time }
        var source: (any DispatchSourceTimer)?
        var armedFor = MonotonicTime.distantFuture
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "ResilientHTTP.SystemClock")

    /// Makes a clock with timers of its own.
    public init() {}

    deinit {
        state.withLock { $0.source?.cancel() }
    }

    /// Nanoseconds since the machine started.
    public var now: MonotonicTime {
        MonotonicTime(nanoseconds: Int64(bitPattern: DispatchTime.now().uptimeNanoseconds))
    }

    /// Calls `action` on the clock's queue at a time, with a precision well below a millisecond.
    public func schedule(at time: MonotonicTime, _ action: @escaping @Sendable () -> Void) -> ClockTimer {
        let handle = state.withLock { state in
            let handle = state.timers.insert(Entry(time: time, action: action))
            arm(&state)
            return handle
        }
        return ClockTimer { [self] in
            // The removed entry is destroyed after the lock: its closure may own things whose deinit schedules.
            let removed = state.withLock { $0.timers.remove(handle) }
            return removed != nil
        }
    }

    private func arm(_ state: inout State) {
        guard let next = state.timers.first?.time, next < state.armedFor, next != .distantFuture else { return }
        state.armedFor = next
        let source: any DispatchSourceTimer
        if let existing = state.source {
            source = existing
        } else {
            source = DispatchSource.makeTimerSource(flags: .strict, queue: queue)
            source.setEventHandler { [weak self] in self?.fire() }
            state.source = source
            source.activate()
        }
        let deadline = DispatchTime(uptimeNanoseconds: UInt64(max(0, next.nanoseconds)))
        source.schedule(deadline: deadline, leeway: .nanoseconds(0))
    }

    private func fire() {
        let due = state.withLock { state in
            state.armedFor = .distantFuture
            let now = self.now
            var due: [Entry] = []
            while let first = state.timers.first, first.time <= now, let entry = state.timers.popFirst() {
                due.append(entry)
            }
            arm(&state)
            return due
        }
        for entry in due { entry.action() }
    }
}
