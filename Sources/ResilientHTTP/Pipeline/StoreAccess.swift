import Synchronization

/// The way to a store outside the process, within bounds that the store cannot break.
///
/// Whatever the store does, a call waits for a moment at most, and no more than so many questions and reports are under
/// way. A store that failed is left alone for a while, so that not every call pays for its silence.
final class StoreAccess: Sendable {
    private struct State {
        var pending = 0
        var restsUntil = MonotonicTime(nanoseconds: .min)
    }

    /// The most questions and reports that are under way at once.
    static let pendingLimit = 256
    /// How long a store that failed is left alone.
    static let rest: Duration = .seconds(1)

    private let timeout: Duration
    private let runtime: ClientRuntime
    private let counts: Counts
    private let state = Mutex(State())

    /// What went wrong with a store, also when several clients go to it.
    final class Counts: Sendable {
        fileprivate let failed = Atomic(0)
        fileprivate let unmade = Atomic(0)

        /// How often the store threw or did not answer in time.
        var failures: Int { failed.load(ordering: .relaxed) }
        /// The reports that were not made because too many were under way or the store was resting.
        var dropped: Int { unmade.load(ordering: .relaxed) }
    }

    init(timeout: Duration, runtime: ClientRuntime, counts: Counts = Counts()) {
        self.timeout = timeout
        self.runtime = runtime
        self.counts = counts
    }

    /// How often the store threw or did not answer in time.
    var failures: Int { counts.failures }
    /// The reports that were not made because too many were under way or the store was resting.
    var dropped: Int { counts.dropped }
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
        counts.failed.add(1, ordering: .relaxed)
        state.withLock { $0.restsUntil = max($0.restsUntil, rest) }
    }

    /// Counts a report that is not made.
    func noteDropped() {
        counts.unmade.add(1, ordering: .relaxed)
    }

    private func begin(now: MonotonicTime, isReport: Bool) -> Bool {
        state.withLock { state in
            guard state.pending < Self.pendingLimit, state.restsUntil <= now else {
                if isReport { noteDropped() }
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
