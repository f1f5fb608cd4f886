import ResilientHTTP
import ResilientHTTPTesting

/// A clock that stands still, everything that runs by it, and how both are moved.
final class ManualWorld: Sendable {
    /// Moves of the clock in one go, so that work which always schedules more cannot keep a line for ever.
    static let moveLimit = 1_000_000
    /// How much real time a request on a real wire is given to be answered before the clock moves on.
    static let wirePatience: Duration = .milliseconds(500)

    let clock = ManualClock()
    let executor = SettlingExecutor()
    let runtime: ClientRuntime
    private let start: MonotonicTime
    private let wire: WireCounter?

    /// Makes a world. `wire` is the transport when it is a real one.
    init(random: any RandomSource, wire: WireCounter? = nil) {
        self.wire = wire
        start = clock.now
        runtime = ClientRuntime(
            clock: clock,
            wallClock: ManualWallClock(following: clock),
            random: random,
            starter: Starter(executor: executor)
        )
    }

    /// How far the clock has been moved.
    var elapsed: Duration { clock.now - start }

    private struct Starter: TaskStarter {
        let executor: SettlingExecutor

        func start(_ operation: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
            Task(executorPreference: executor) { await operation() }
        }
    }

    /// Moves the clock on, from timer to timer, and lets run what each of them wakes before the next.
    ///
    /// Throws when there is no end of timers.
    func advance(by duration: Duration) async throws {
        await settle()
        let end = clock.now + duration
        var moves = 0
        while let next = clock.nextTimer, next <= end {
            moves += 1
            guard moves <= Self.moveLimit else {
                throw ResilientError(.unsupported, "more than \(Self.moveLimit) timers came due; move in smaller steps")
            }
            clock.advance(to: next)
            await settle()
        }
        clock.advance(to: end)
        await settle()
    }

    /// Waits until nothing can go on without time or, on a real wire, without a server that takes longer than
    /// `patience` of real time.
    func settle(patience: Duration = ManualWorld.wirePatience) async {
        await executor.idle()
        guard let wire else { return }
        let start = ContinuousClock.now
        while await !isQuiet(wire), ContinuousClock.now - start < patience {
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Whether nothing is on the wire, and nothing that was there a moment ago is going on with its answer.
    private func isQuiet(_ wire: WireCounter) async -> Bool {
        guard wire.count == 0 else { return false }
        await executor.idle()
        return wire.count == 0
    }
}
