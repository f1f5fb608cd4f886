import Synchronization

/// The lines of a client on a manual clock, so that their order is the order on the input: what stands before an
/// `advance` has come to its wait when the clock moves, and what stands behind it begins when it has stopped.
final class ManualLane: Sendable {
    private struct Work: Sendable {
        let movesClock: Bool
        let run: @Sendable () async -> Void
    }

    private struct State {
        var isMoving = false
        var waiting: [Work] = []
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    let world: ManualWorld
    private let state = Mutex(State())

    init(_ world: ManualWorld) {
        self.world = world
    }

    /// Begins a line's work, or keeps it until the clock stands still.
    func submit(movesClock: Bool, _ run: @escaping @Sendable () async -> Void) {
        let work = Work(movesClock: movesClock, run: run)
        state.withLock { state in
            if state.isMoving { state.waiting.append(work) } else { start(work, &state) }
        }
    }

    /// Waits until no clock moves, no line waits for one, and nothing can go on without either.
    func quiet(patience: Duration) async {
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                if !state.isMoving { return true }
                state.waiters.append(continuation)
                return false
            }
            if isQuiet { continuation.resume() }
        }
        await world.settle(patience: patience)
    }

    /// Inside the lock: only making the task, which puts it into the executor's queue, keeps the order.
    private func start(_ work: Work, _ state: inout State) {
        if work.movesClock {
            state.isMoving = true
            Task { [self] in
                await work.run()
                stop()
            }
        } else {
            Task(executorPreference: world.executor) { await work.run() }
        }
    }

    private func stop() {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.isMoving = false
            let waiting = state.waiting
            let next = waiting.firstIndex(where: \.movesClock) ?? waiting.count - 1
            state.waiting = Array(waiting.dropFirst(next + 1))
            for work in waiting.prefix(next + 1) { start(work, &state) }
            guard !state.isMoving else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
