import ResilientHTTP
import Synchronization

/// A clock that starts at zero, shows what it is told and has no timers.
final class SettableClock: RuntimeClock {
    private let time = Atomic<Int64>(0)

    var now: MonotonicTime { MonotonicTime(nanoseconds: time.load(ordering: .relaxed)) }

    func set(_ now: MonotonicTime) {
        time.store(now.nanoseconds, ordering: .relaxed)
    }

    func schedule(at time: MonotonicTime, _ action: @escaping @Sendable () -> Void) -> ClockTimer {
        ClockTimer { true }
    }
}
