extension PriorityQueue {
    /// Runs an operation as soon as its turn comes, where the caller runs.
    ///
    /// - Parameters:
    ///   - priority: how urgent it is. Default: normal.
    ///   - timeout: how long waiting and running may take: the wait ends then, and whoever could not end by then is
    ///     refused at once. An operation that runs is not ended. Default: none.
    ///   - operation: what is to run, once at most.
    ///
    /// Throws what the operation throws, and without having run it `CancellationError`, or a `ResilientError` with code
    /// `queueFull`, `shed` (both with an estimate in `retryAfter`), `deadlineExceeded` or `clientClosed`.
    ///
    /// To an adaptive limit, lost connections, attempt timeouts and the statuses 429, 503 and 504 of a ``ResilientError``
    /// are overloads; other errors say nothing.
    public func submit<Value>(
        priority: Priority = .normal,
        timeout: Duration? = nil,
        _ operation: () async throws -> Value
    ) async throws -> Value {
        let slot = try await slot(priority, timeout)
        do {
            let value = try await operation()
            leave(slot, .answered)
            return value
        } catch {
            leave(slot, SlotOutcome(error))
            throw error
        }
    }

    /// Puts an operation into the queue and returns at once with a handle for it; it runs as a background task.
    ///
    /// See ``submit(priority:timeout:_:)`` for the parameters and for what ``QueuedRequest/value`` throws.
    public func enqueue<Value: Sendable>(
        priority: Priority = .normal,
        timeout: Duration? = nil,
        _ operation: @escaping @Sendable () async throws -> Value
    ) -> QueuedRequest<Value> {
        let outcome = QueuedRequest<Value>.Outcome()
        let task = runtime.start { [self] in
            do {
                outcome.set(.success(try await submit(priority: priority, timeout: timeout, operation)))
            } catch {
                outcome.set(.failure(error))
            }
        }
        return QueuedRequest(task: task, outcome: outcome)
    }

    private func slot(_ priority: Priority, _ timeout: Duration?) async throws -> AdmissionSlot {
        // Whoever comes cancelled is refused and counted where the others are.
        if !Task.isCancelled, let free = enter() { return free }
        switch try arrive(priority, timeout) {
        case .slot(let slot):
            return slot
        case .wait(let wait):
            try await wait.end()
            return try wait.begin().slot
        }
    }

    /// Comes to the queue outside a client's call.
    @inline(never)
    private func arrive(_ priority: Priority, _ timeout: Duration?) throws -> Entrance {
        let call = CallRecord(requestID: RequestID(high: 0, low: 0), options: RequestOptions(), runtime: runtime)
        var context = RequestContext(call: call, body: .bytes(limit: 0))
        if let timeout {
            context.tighten(Deadline(call.startedAt + timeout, kind: .total, timeout: timeout))
        }
        return try arrive(.first, priority: priority, context: context)
    }
}
