/// Monotonic time and timers.
///
/// One clock serves a whole client: every timeout, backoff and wait of every stage goes through it. The default is
/// ``SystemClock``; tests use the manual clock of ResilientHTTPTesting.
public protocol RuntimeClock: Sendable {
    /// The current time.
    var now: MonotonicTime { get }

    /// Calls `action` once, at or shortly after a time, unless the returned timer is cancelled first.
    ///
    /// `action` runs outside all locks, on a thread of the clock's choosing, and must be short.
    func schedule(at time: MonotonicTime, _ action: @escaping @Sendable () -> Void) -> ClockTimer
}

/// A timer that a clock has scheduled.
public struct ClockTimer: Sendable {
    private let onCancel: @Sendable () -> Bool
    /// Counts it among its timers.
    private var runtime: ClientRuntime?

    /// Makes a timer from what cancelling it does; the closure says whether the action was still to come.
    public init(onCancel: @escaping @Sendable () -> Bool) {
        self.onCancel = onCancel
    }

    /// Cancels the timer. Returns true when the action has not run and never will, false when it has or is about to.
    @discardableResult
    public func cancel() -> Bool {
        guard onCancel() else { return false }
        runtime?.noteTimerEnd()
        return true
    }

    func counted(by runtime: ClientRuntime) -> ClockTimer {
        var timer = self
        timer.runtime = runtime
        return timer
    }
}
