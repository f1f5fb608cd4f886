import Synchronization

public import struct Foundation.Date

/// Time, chance and background work: all that would make two runs of the same calls differ, as one injected value.
///
/// A client takes monotonic time from ``now``, the time of day from ``date``, jitter from ``uniform()`` and starts
/// every background task and timer here. With the simulation of ResilientHTTPTesting in its place a whole client is
/// deterministic. ``liveTasks`` and ``liveTimers`` count what has not ended: after a quiet moment both are zero.
public final class ClientRuntime: Sendable {
    /// The runtime that clients use by default, shared by the process.
    public static let system = ClientRuntime()

    private let clock: any RuntimeClock
    private let wallClock: any WallClock
    private let random: any RandomSource
    private let starter: any TaskStarter
    private let tasks = Atomic<Int>(0)
    private let timers = Atomic<Int>(0)

    /// Makes a runtime; each part is the system's unless given.
    public init(
        clock: any RuntimeClock = SystemClock(),
        wallClock: any WallClock = SystemWallClock(),
        random: any RandomSource = SeededRandomSource(),
        starter: any TaskStarter = SystemTaskStarter()
    ) {
        self.clock = clock
        self.wallClock = wallClock
        self.random = random
        self.starter = starter
    }

    /// The monotonic time.
    public var now: MonotonicTime { clock.now }

    /// The time of day.
    public var date: Date { wallClock.date }

    /// A random number in [0, 1).
    public func uniform() -> Double { random.uniform() }

    /// 64 random bits.
    public func randomBits() -> UInt64 { random.next() }

    /// How many tasks started here have not ended.
    public var liveTasks: Int { tasks.load(ordering: .acquiring) }

    /// How many timers scheduled here have neither fired nor been cancelled.
    public var liveTimers: Int { timers.load(ordering: .acquiring) }

    /// Calls `action` at a time on the clock's thread, unless the timer is cancelled first.
    public func schedule(at time: MonotonicTime, _ action: @escaping @Sendable () -> Void) -> ClockTimer {
        timers.add(1, ordering: .relaxed)
        let timer = clock.schedule(at: time) { [self] in
            noteTimerEnd()
            action()
        }
        return timer.counted(by: self)
    }

    func noteTimerEnd() {
        timers.subtract(1, ordering: .releasing)
    }

    /// Starts a background task with the caller's task-locals.
    @discardableResult
    public func start(_ operation: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        tasks.add(1, ordering: .relaxed)
        return starter.start { [self] in
            await operation()
            tasks.subtract(1, ordering: .releasing)
        }
    }
}
