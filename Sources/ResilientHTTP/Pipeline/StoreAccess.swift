import Synchronization

/// The way to a store outside the process, within bounds that the store cannot break.
///
/// Whatever the store does, a call waits for a moment at most, and no more than so many questions and reports are under
/// way. A store that failed is left alone for a while, so that not every call pays for its silence.
final class StoreAccess: Sendable {
    private struct State {
        var pending = 0
        var failures = 0
        var dropped = 0
        var restsUntil = MonotonicTime(nanoseconds: .min)
    }

    /// The most questions and reports that are under way at once.
    static let pendingLimit = 256
    /// How long a store that failed is left alone.
    static let rest: Duration = .seconds(1)

    private let timeout: Duration
    private let runtime: ClientRuntime
    private let state = Mutex(State())

    init(timeout: Duration, runtime: ClientRuntime) {
        self.timeout = timeout
        self.runtime = runtime
    }

    /// How often the store threw or did not answer in time.
    var failures: Int { state.withLock { $0.failures } }
    /// The reports that were not made because too many were under way or the store was resting.
    var dropped: Int { state.withLock { $0.dropped } }
    /// Whether the store is left alone now.
    var isResting: Bool {
        let now = runtime.now
        return state.withLock { $0.restsUntil > now }
    }

    /// Asks the store; nil when it is not asked now, or failed. Throws only when the call itself is over.
    func ask<Answer: Sendable>(
        _ context: RequestContext,
        _ question: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer? {
        let now = runtime.now
        guard begin(now: now, isReport: false) else { return nil }
        var bounded = context
        bounded.deadline = Deadline(
            min(now + timeout, context.deadline?.instant ?? .distantFuture),
            kind: .attempt,
            timeout: timeout
        )
        do {
            return try await bounded.race(reachedServer: .no) { [self] in
                defer { end() }
                return try await question()
            }
        } catch {
            try context.checkIfOver()
            noteFailure()
            return nil
        }
    }

    /// Tells the store something in the background.
    func tell(_ report: @escaping @Sendable () async throws -> Void) {
        guard begin(now: runtime.now, isReport: true) else { return }
        runtime.start { [self] in
            defer { end() }
            do { try await report() } catch { noteFailure() }
        }
    }

    /// Counts a failure, and leaves the store alone for a while.
    func noteFailure() {
        let rest = runtime.now + Self.rest
        state.withLock { state in
            state.failures += 1
            state.restsUntil = max(state.restsUntil, rest)
        }
    }

    /// Counts a report that is not made.
    func noteDropped() {
        state.withLock { $0.dropped += 1 }
    }

    private func begin(now: MonotonicTime, isReport: Bool) -> Bool {
        state.withLock { state in
            guard state.pending < Self.pendingLimit, state.restsUntil <= now else {
                if isReport { state.dropped += 1 }
                return false
            }
            state.pending += 1
            return true
        }
    }

    private func end() {
        state.withLock { $0.pending -= 1 }
    }
}
