public import ResilientHTTP
import Synchronization

/// Runs asynchronous code on one thread, in an order that a seed determines, on a clock that never waits.
///
/// Everything that could make two runs differ comes from the seed: which of the runnable tasks goes on, which of two
/// timers of the same time fires first, and the random numbers of the client. The same seed gives the same run, so a
/// schedule in which something goes wrong can be run again.
///
/// ```swift
/// let simulation = Simulation(seed: 42)
/// let response = try simulation.run { simulation in
///     let transport = MockTransport(.status(503), .ok)
///     let client = try ResilientClient(dependencies: simulation.dependencies(transport: transport))
///     return try await client.get("https://example.com/")
/// }
/// ```
///
/// When nothing can run, the clock moves to the next timer; when there is none either, the run has stalled and
/// ``run(_:)`` throws. Real sockets, threads and Dispatch are outside: use ``MockTransport``.
public final class Simulation: TaskExecutor {
    private struct State {
        var runnable: [UnownedJob] = []
        var order: SeededOrder
        var trace: [String] = []
        var steps = 0
    }

    /// What this run's order and chance come from.
    public let seed: UInt64
    /// The clock; it moves only when nothing can run.
    public let clock: ManualClock
    /// The runtime to give to clients: this simulation's time, chance and background tasks.
    public let runtime: ClientRuntime

    private let state: Mutex<State>
    private let starter = Starter()

    /// Makes a simulation; the same seed gives the same run.
    public init(seed: UInt64) {
        self.seed = seed
        state = Mutex(State(order: SeededOrder(seed: seed)))
        let ties = SeededRandomSource(seed: ~seed)
        clock = ManualClock(startingAt: MonotonicTime(nanoseconds: 1_000_000_000), breakTie: { ties.next() })
        runtime = ClientRuntime(
            clock: clock,
            wallClock: ManualWallClock(following: clock),
            random: SeededRandomSource(seed: seed),
            starter: starter
        )
        starter.use(self)
    }

    /// Client dependencies on this simulation's runtime.
    public func dependencies(transport: any Transport) -> Dependencies {
        Dependencies(transport: transport, runtime: runtime)
    }

    /// A random number below a bound, for what the test itself leaves to chance. The bound must be above zero.
    public func random(below bound: Int) -> Int {
        Int(runtime.randomBits() % UInt64(max(1, bound)))
    }

    /// A random duration up to a bound, in whole microseconds.
    public func random(upTo bound: Duration) -> Duration {
        .nanoseconds(random(below: Int(clamping: bound.saturatedNanoseconds / 1000) + 1) * 1000)
    }

    /// Starts a task inside the simulation. An ordinary `Task {}` would leave it.
    @discardableResult
    public func start<Success: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Success
    ) -> Task<Success, any Error> {
        Task(executorPreference: self) { try await operation() }
    }

    /// Waits on the simulation's clock, so that a test can come to a point of a call. Ends early, with
    /// `CancellationError`, when the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        let shot = OneShot<Void>()
        let timer = runtime.schedule(at: clock.now + duration) { shot.resolve(.success(())) }
        defer { timer.cancel() }
        try await withTaskCancellationHandler {
            try await shot.value()
        } onCancel: {
            shot.resolve(.failure(CancellationError()))
        }
    }

    /// Adds a line with the current time to the trace.
    public func note(_ text: String) {
        let time = clock.now
        state.withLock { $0.trace.append("\(time.nanoseconds) \(text)") }
    }

    /// The lines that were noted, and at the end how many steps were taken: equal for equal seeds.
    public var trace: [String] {
        state.withLock { $0.trace + ["\($0.steps) steps, order \($0.order.fingerprint)"] }
    }

    /// Runs `body` and everything it starts, to the end, on the calling thread.
    ///
    /// Throws ``SimulationFailure``, which names the seed and how to run it again, when `body` throws or when
    /// nothing can go on. What is left over when `body` ends still runs until it waits for time.
    @discardableResult
    public func run<Result: Sendable>(
        _ body: @escaping @Sendable (Simulation) async throws -> Result
    ) throws -> Result {
        let outcome = OutcomeBox<Result>()
        start { [self] in
            do {
                let value = try await body(self)
                outcome.set(.success(value))
            } catch {
                outcome.set(.failure(error))
            }
        }
        while outcome.value == nil {
            guard step() || clock.fireNext() else {
                throw SimulationFailure(seed: seed, reason: "nothing can run and no timer is pending", trace: trace)
            }
        }
        while step() {}
        do {
            guard let result = outcome.value else { throw CancellationError() }
            return try result.get()
        } catch {
            throw SimulationFailure(seed: seed, reason: "\(error)", trace: trace, cause: error)
        }
    }

    /// Lets everything run and every timer fire until nothing is left, such as background work after a call.
    ///
    /// To be called after ``run(_:)``. Stops after `limit` timers, by default 100,000, in case there is no end.
    public func settle(limit: Int = 100_000) {
        for _ in 0..<limit {
            while step() {}
            guard clock.fireNext() else { return }
        }
    }

    /// Takes a job; the concurrency runtime calls this.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.runnable.append(job) }
    }

    /// Runs one job, chosen by the seed. Returns false when there is none.
    private func step() -> Bool {
        let job = state.withLock { state -> UnownedJob? in
            guard !state.runnable.isEmpty else { return nil }
            state.steps += 1
            state.runnable.swapAt(state.order.next(below: state.runnable.count), state.runnable.count - 1)
            return state.runnable.removeLast()
        }
        guard let job else { return false }
        job.runSynchronously(on: asUnownedTaskExecutor())
        return true
    }
}
