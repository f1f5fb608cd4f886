import ResilientHTTP
import ResilientHTTPTesting
import Synchronization

/// A clock of the program's own that looks at something each time it is asked: asked under the lock of what it looks at,
/// it would end the process.
final class CuriousClock: RuntimeClock {
    private let look = Mutex<(@Sendable () -> Void)?>(nil)
    private let manual = ManualClock()

    /// How often it has looked.
    let looks = Atomic(0)

    func look(at something: @escaping @Sendable () -> Void) {
        look.withLock { $0 = something }
    }

    var now: MonotonicTime {
        let look = look.withLock { $0 }
        if let look {
            looks.add(1, ordering: .relaxed)
            look()
        }
        return manual.now
    }

    func schedule(at time: MonotonicTime, _ action: @escaping @Sendable () -> Void) -> ClockTimer {
        manual.schedule(at: time, action)
    }
}
