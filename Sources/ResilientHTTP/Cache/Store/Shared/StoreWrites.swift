import Synchronization

/// Writes to a store, one after another for each URL and side by side otherwise, none of them in anybody's way.
///
/// A removal that may concern any URL waits for what came before it, and what comes after it waits for the removal.
final class StoreWrites: Sendable {
    typealias Operation = @Sendable () async throws -> Void

    private struct Job {
        /// The URL; nil for one that may concern any.
        let lane: String?
        let operation: Operation
    }

    private struct State {
        var waiting: [Job] = []
        var running: Set<String> = []
        var isClearing = false
        var pending = 0
    }

    /// The most writes that wait or are under way.
    static let limit = 256
    /// The most that are under way at once.
    private static let width = 16

    private let access: StoreAccess
    private let timeout: Duration
    private let runtime: ClientRuntime
    private let state = Mutex(State())

    init(_ access: StoreAccess, timeout: Duration, runtime: ClientRuntime) {
        self.access = access
        self.timeout = timeout
        self.runtime = runtime
    }

    /// Adds a write; false when too many are waiting.
    func add(lane: String?, _ operation: @escaping Operation) -> Bool {
        let ready = state.withLock { state -> [Job]? in
            guard state.pending < Self.limit else { return nil }
            state.pending += 1
            state.waiting.append(Job(lane: lane, operation: operation))
            return Self.takeReady(&state)
        }
        guard let ready else { return false }
        for job in ready { run(job) }
        return true
    }

    private func run(_ job: Job) {
        runtime.start { [self] in
            // A write that hangs keeps its place, because a later one must not overtake it.
            let timer = runtime.schedule(at: runtime.now + timeout) { [access] in access.noteFailure() }
            do {
                try await job.operation()
                timer.cancel()
            } catch {
                if timer.cancel() { access.noteFailure() }
            }
            finish(job)
        }
    }

    private func finish(_ job: Job) {
        let ready = state.withLock { state in
            state.pending -= 1
            if let lane = job.lane { state.running.remove(lane) } else { state.isClearing = false }
            return Self.takeReady(&state)
        }
        for job in ready { run(job) }
    }

    /// Takes out what may begin now.
    private static func takeReady(_ state: inout State) -> [Job] {
        guard !state.isClearing, !state.waiting.isEmpty else { return [] }
        var ready: [Job] = []
        var held: [Job] = []
        var heldLanes: Set<String> = []
        for (index, job) in state.waiting.enumerated() {
            guard let lane = job.lane else {
                if state.running.isEmpty, held.isEmpty {
                    state.isClearing = true
                    ready.append(job)
                } else {
                    held.append(job)
                }
                held += state.waiting[(index + 1)...]
                break
            }
            if state.running.count < width, !heldLanes.contains(lane), state.running.insert(lane).inserted {
                ready.append(job)
            } else {
                heldLanes.insert(lane)
                held.append(job)
            }
        }
        state.waiting = held
        return ready
    }
}
