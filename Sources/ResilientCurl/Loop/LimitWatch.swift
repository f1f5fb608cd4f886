#if os(Linux)
import ResilientHTTP

/// The one timer for the time limits of all transfers of a runtime.
///
/// A limit nearly never passes, so a transfer costs a comparison and not a timer: the timer stands at the earliest
/// limit that was ever asked for, and whoever it calls looks at all transfers and sets it anew.
struct LimitWatch {
    let runtime: ClientRuntime
    private let look: @Sendable () -> Void
    private var timer: ClockTimer?
    private var time = MonotonicTime.distantFuture

    /// `look` is called on the runtime's thread when a limit may have passed.
    init(_ runtime: ClientRuntime, look: @escaping @Sendable () -> Void) {
        self.runtime = runtime
        self.look = look
    }

    /// Lets `look` be called at a time, or before.
    mutating func expect(_ other: MonotonicTime) {
        guard other < time else { return }
        timer?.cancel()
        time = other
        timer = runtime.schedule(at: other, look)
    }

    /// Whether its time has come; then it stands no more.
    mutating func isDue() -> Bool {
        guard time <= runtime.now else { return false }
        stop()
        return true
    }

    mutating func stop() {
        timer?.cancel()
        timer = nil
        time = .distantFuture
    }
}
#endif
