import Synchronization

/// What all stages of one call share: its identity and options, its attempts, the decisions made, and the means to
/// end it from outside.
package final class CallRecord: Sendable {
    private struct State {
        /// Nearly every call has one attempt, which needs no array.
        var firstAttempt: Attempt?
        var furtherAttempts: [Attempt] = []
        var explanation = Explanation()
        /// Below zero before the end.
        var totalNanoseconds: Int64 = -1
        /// Only of calls that stream.
        var totalDeadline: Boxed<Deadline>?
        var interruption: Boxed<ResilientError>?
        /// Nearly every call has one wait at a time, which needs no array.
        var firstWait: Wait?
        var furtherWaits: [Wait] = []
        var nextWait = 0

        var attempts: [Attempt] { (firstAttempt.map { [$0] } ?? []) + furtherAttempts }
    }

    /// A struct: a closure that is an element by itself, or of a tuple, would be wrapped in another one.
    private struct Wait {
        let id: Int
        let end: @Sendable (any Error) -> Void
    }

    package let requestID: RequestID
    /// What the call was made for.
    let target: RequestTarget?
    package let options: RequestOptions
    package let runtime: ClientRuntime
    package let startedAt: MonotonicTime
    /// How the call wants the body.
    package let body: BodyMode
    private let transfer: Transfer?
    /// Where the call stands in its client's registry.
    let slot = Atomic(-1)
    private let state = Mutex(State())
    /// When the last attempt was answered; before all times when none was.
    private let answeredAt = Atomic<Int64>(.min)
    /// Whether there is an interruption; asked before every attempt, without the lock.
    private let isInterrupted = Atomic(false)

    init(
        requestID: RequestID,
        target: RequestTarget?,
        options: RequestOptions,
        runtime: ClientRuntime,
        body: BodyMode,
        download: DownloadFile? = nil,
        onUpload: (@Sendable (TransferProgress) -> Void)? = nil
    ) {
        self.requestID = requestID
        self.target = target
        self.options = options
        self.runtime = runtime
        self.body = body
        transfer = download == nil && onUpload == nil ? nil : Transfer(download: download, onUpload: onUpload)
        startedAt = runtime.now
    }

    package convenience init(requestID: RequestID, options: RequestOptions, runtime: ClientRuntime) {
        self.init(requestID: requestID, target: nil, options: options, runtime: runtime, body: .bytes(limit: .max))
    }

    /// What calls have that load a file or watch an upload.
    private final class Transfer: Sendable {
        let download: DownloadFile?
        let onUpload: (@Sendable (TransferProgress) -> Void)?

        init(download: DownloadFile?, onUpload: (@Sendable (TransferProgress) -> Void)?) {
            self.download = download
            self.onUpload = onUpload
        }
    }

    /// The file that the body goes to, when it is to be one.
    var download: DownloadFile? { transfer?.download }
    /// Told how much of the request's body has been sent.
    var onUpload: (@Sendable (TransferProgress) -> Void)? { transfer?.onUpload }

    package var attempts: [Attempt] { state.withLock { $0.attempts } }
    package var explanation: Explanation { state.withLock { $0.explanation } }

    package var timings: CallTimings {
        let (attempts, total) = state.withLock { ($0.attempts, $0.totalNanoseconds) }
        let network = attempts.reduce(0) { $0 &+ $1.nanoseconds }
        let waiting = attempts.reduce(0) { $0 &+ $1.delayNanoseconds }
        return CallTimings(
            total: .nanoseconds(total < 0 ? network : total),
            network: .nanoseconds(network),
            waiting: .nanoseconds(waiting)
        )
    }

    /// The total deadline, for a body that is read as it arrives.
    var totalDeadline: Deadline? { state.withLock { $0.totalDeadline }?.value }

    func noteTotalDeadline(_ deadline: Deadline) {
        state.withLock { state in
            if let earlier = state.totalDeadline?.value, earlier.instant <= deadline.instant { return }
            state.totalDeadline = Boxed(deadline)
        }
    }

    package func explain(_ decision: Decision) {
        state.withLock { $0.explanation.append(decision) }
    }

    /// Notes an attempt that has ended; its number is its place in the call.
    func noteAttempt(_ attempt: Attempt) {
        var attempt = attempt
        state.withLock { state in
            if state.firstAttempt == nil {
                attempt.number = 1
                state.firstAttempt = attempt
            } else {
                attempt.number = state.furtherAttempts.count + 2
                state.furtherAttempts.append(attempt)
            }
        }
    }

    /// Looks at the clock because an attempt has been answered, and keeps the time for those who ask next.
    func noteAnswer() -> MonotonicTime {
        let now = runtime.now
        answeredAt.store(now.nanoseconds, ordering: .relaxed)
        return now
    }

    /// When the last attempt was answered; nil when none was.
    var lastAnswer: MonotonicTime? {
        let time = answeredAt.load(ordering: .relaxed)
        return time == .min ? nil : MonotonicTime(nanoseconds: time)
    }

    func noteEnd() {
        let total = max(0, runtime.now.nanoseconds &- startedAt.nanoseconds)
        state.withLock { $0.totalNanoseconds = total }
    }
}

// MARK: - Ending a call from outside

extension CallRecord {
    /// Throws `CancellationError` when the task is cancelled, the interruption when the call was interrupted.
    func checkIfOver() throws {
        try Task.checkCancellation()
        guard isInterrupted.load(ordering: .acquiring) else { return }
        if let interruption { throw interruption }
    }

    /// The error with which the call was ended from outside; nil when it was not.
    var interruption: ResilientError? { state.withLock { $0.interruption }?.value }

    /// Ends the call's waits, now and later, with an error. The first interruption counts.
    func interrupt(_ error: ResilientError) {
        let (first, further) = state.withLock { state in
            if state.interruption == nil {
                state.interruption = Boxed(error)
                isInterrupted.store(true, ordering: .releasing)
            }
            return (state.firstWait, state.furtherWaits)
        }
        first?.end(error)
        for wait in further { wait.end(error) }
    }

    /// Waits for a result that cancellation and interruption may claim first.
    ///
    /// Whoever is waited for learns of a lost claim because its own `resolve` returns false, or in `onEnd`, which is
    /// called when cancellation or interruption has won.
    package func interruptible<Value: Sendable>(
        _ result: OneShot<Value>,
        onEnd: @escaping @Sendable () -> Void
    ) async throws -> Value {
        try await interruptible(result) { error in
            if result.resolve(.failure(error)) { onEnd() }
        }
    }

    /// Waits for a result; `end` claims it, at cancellation or interruption, unless it is there.
    ///
    /// Inlined, as every wait holds its frame.
    @inline(__always)
    func interruptible<Value: Sendable>(
        _ result: OneShot<Value>,
        endedBy end: @escaping @Sendable (any Error) -> Void
    ) async throws -> Value {
        let id = register(end)
        defer { unregister(id) }
        return try await withTaskCancellationHandler {
            try await result.value()
        } onCancel: {
            end(CancellationError())
        }
    }

    /// Runs an operation that `end` is to stop: called, from any thread, at cancellation and at interruption.
    func endable<Value>(
        by end: @escaping @Sendable (any Error) -> Void,
        _ operation: () async throws -> Value
    ) async rethrows -> Value {
        let id = register(end)
        defer { unregister(id) }
        return try await withTaskCancellationHandler(operation: operation) { end(CancellationError()) }
    }

    // Neither is inlined, so that a wait does not hold the room that they need.

    /// `end` is called, from any thread, at an interruption, until it is unregistered.
    @inline(never)
    func register(_ end: @escaping @Sendable (any Error) -> Void) -> Int {
        let (id, interruption) = state.withLock { state in
            let id = state.nextWait
            state.nextWait += 1
            let wait = Wait(id: id, end: end)
            if state.firstWait == nil { state.firstWait = wait } else { state.furtherWaits.append(wait) }
            return (id, state.interruption)
        }
        if let interruption { end(interruption.value) }
        return id
    }

    @inline(never)
    func unregister(_ id: Int) {
        // It goes away outside the lock, with whatever it holds.
        _ = state.withLock { state -> Wait? in
            if let first = state.firstWait, first.id == id {
                state.firstWait = nil
                return first
            }
            return state.furtherWaits.firstIndex { $0.id == id }.map { state.furtherWaits.remove(at: $0) }
        }
    }
}
