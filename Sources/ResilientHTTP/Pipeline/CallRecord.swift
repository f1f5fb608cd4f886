import Synchronization

/// What all stages of one call share: its identity and options, its attempts, the decisions made, and the means to
/// end it from outside.
package final class CallRecord: Sendable {
    private struct State {
        var attempts: [Attempt] = []
        var explanation = Explanation()
        var timings = CallTimings()
        var interruption: ResilientError?
        var waits: [(id: Int, end: @Sendable (any Error) -> Void)] = []
        var nextWait = 0
    }

    package let requestID: RequestID
    package let sharedOptions: SharedOptions
    package let runtime: ClientRuntime
    package let startedAt: MonotonicTime
    private let state = Mutex(State())

    package init(requestID: RequestID, options: borrowing RequestOptions, runtime: ClientRuntime) {
        self.requestID = requestID
        sharedOptions = .sharing(options)
        self.runtime = runtime
        startedAt = runtime.now
    }

    /// Read in place: the options are large.
    package var options: RequestOptions {
        _read { yield sharedOptions.value }
    }

    package var attempts: [Attempt] { state.withLock { $0.attempts } }
    package var explanation: Explanation { state.withLock { $0.explanation } }
    package var timings: CallTimings { state.withLock { $0.timings } }

    package func explain(_ decision: Decision) {
        state.withLock { $0.explanation.append(decision) }
    }

    /// Notes an attempt that has ended; its number is its place in the call.
    func noteAttempt(
        delay: Duration,
        duration: Duration,
        status: ClientResponse.Status? = nil,
        error: (any Error)? = nil
    ) {
        state.withLock { state in
            let number = state.attempts.count + 1
            state.attempts.append(
                Attempt(number: number, delay: delay, duration: duration, status: status, error: error)
            )
            state.timings.network += duration
            state.timings.waiting += delay
        }
    }

    func noteEnd() {
        let total = runtime.now - startedAt
        state.withLock { $0.timings.total = total }
    }
}

// MARK: - Ending a call from outside

extension CallRecord {
    /// Throws `CancellationError` when the task is cancelled, the interruption when the call was interrupted.
    func checkIfOver() throws {
        try Task.checkCancellation()
        if let interruption { throw interruption }
    }

    /// The error with which the call was ended from outside; nil when it was not.
    var interruption: ResilientError? { state.withLock { $0.interruption } }

    /// Ends the call's waits, now and later, with an error. The first interruption counts.
    func interrupt(_ error: ResilientError) {
        let waits = state.withLock { state in
            guard state.interruption == nil else { return state.waits }
            state.interruption = error
            return state.waits
        }
        for wait in waits { wait.end(error) }
    }

    /// Waits for a result that cancellation and interruption may claim first.
    ///
    /// Whoever is waited for learns of a lost claim because its own `resolve` returns false, or in `onEnd`, which is
    /// called when cancellation or interruption has won.
    package func interruptible<Value: Sendable>(
        _ result: OneShot<Value>,
        onEnd: @escaping @Sendable () -> Void = {}
    ) async throws -> Value {
        let end: @Sendable (any Error) -> Void = { error in
            if result.resolve(.failure(error)) { onEnd() }
        }
        let id = register(end)
        defer { unregister(id) }
        return try await withTaskCancellationHandler {
            try await result.value()
        } onCancel: {
            end(CancellationError())
        }
    }

    private func register(_ end: @escaping @Sendable (any Error) -> Void) -> Int {
        let (id, interruption) = state.withLock { state in
            let id = state.nextWait
            state.nextWait += 1
            state.waits.append((id, end))
            return (id, state.interruption)
        }
        if let interruption { end(interruption) }
        return id
    }

    private func unregister(_ id: Int) {
        state.withLock { state in
            state.waits.removeAll { $0.id == id }
        }
    }
}
