/// Somewhere calls wait, and how they are let go.
struct WaitingPlace: Sendable {
    let name: String
    let operation: @Sendable () async throws -> Void
    /// Fills the place, so that calls wait.
    var before: @Sendable () async -> Void = {}
    /// How many wait.
    let waiting: @Sendable () -> Int
    /// Lets them go, all of them; those that are not let go are cancelled.
    var release: (@Sendable () -> Void)?
    var shutdown: @Sendable () async -> Void = {}

    /// Starts so many calls; returns when all of them wait, which is looked at so often, or all the time.
    func fill(_ calls: Int, polls: Duration? = nil) async throws -> [Task<Void, any Error>] {
        var tasks: [Task<Void, any Error>] = []
        tasks.reserveCapacity(calls)
        for _ in 0..<calls { tasks.append(Task.detached { try await operation() }) }
        while waiting() < calls {
            if let polls { try await Task.sleep(for: polls) } else { await Task.yield() }
        }
        return tasks
    }

    /// Lets all go, and waits for their ends.
    func empty(_ tasks: [Task<Void, any Error>], isCancelled: Bool) async {
        if isCancelled || release == nil { for task in tasks { task.cancel() } }
        release?()
        for task in tasks { _ = await task.result }
    }
}
