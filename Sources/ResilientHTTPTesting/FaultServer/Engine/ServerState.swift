import Synchronization

/// What the loop's thread and the server's callers share.
final class ServerState: Sendable {
    /// A caller of `waitFor…`.
    struct Waiter {
        let deadline: UInt64
        let isFulfilled: @Sendable (Journal) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Storage {
        var script: Script
        var journal: Journal
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
        var stopRequested = false
        var accepts: Bool
        /// `nil` once the loop has ended, so that nobody writes to a descriptor that has a new owner.
        var pipe: WakePipe?
        var stopContinuations: [CheckedContinuation<Void, Never>] = []
    }

    let configuration: FaultServer.Configuration
    private let storage: Mutex<Storage>

    init(_ configuration: FaultServer.Configuration, pipe: WakePipe) {
        self.configuration = configuration
        storage = Mutex(
            Storage(
                script: Script(configuration),
                journal: Journal(configuration),
                accepts: configuration.acceptsConnections,
                pipe: pipe
            )
        )
    }

    func withScript<Result: Sendable>(_ body: (inout Script) -> Result) -> Result {
        storage.withLock { body(&$0.script) }
    }

    func withJournal<Result: Sendable>(_ body: (Journal) -> Result) -> Result {
        storage.withLock { body($0.journal) }
    }

    func setAccepting(_ accepts: Bool) {
        storage.withLock { storage in
            storage.accepts = accepts
            storage.pipe?.wake()
        }
    }

    func reset() {
        storage.withLock { storage in
            storage.script.reset()
            storage.journal.reset()
        }
    }
}

// MARK: The loop's side

extension ServerState {
    /// Asked before each accept, so that none happens after `setAccepting(false)` has returned, or one at most.
    var isAccepting: Bool { storage.withLock { $0.accepts } }

    func opened(port: Int) -> (id: Int, fault: FaultServer.ConnectionFault) {
        let now = monotonicNanoseconds()
        return storage.withLock { storage in
            let id = storage.journal.opened(port: port, at: now)
            let fault = storage.script.nextConnectionFault()
            let isFull = storage.journal.counters.open > configuration.maximumOpenConnections
            return (id, isFull ? .resetsOnAccept : fault)
        }
    }

    func received(_ bytes: ArraySlice<UInt8>, connection: Int) {
        storage.withLock { $0.journal.received(bytes, connection: connection) }
    }

    func closed(connection: Int, ending: FaultServer.ConnectionRecord.Ending) {
        let now = monotonicNanoseconds()
        storage.withLock { $0.journal.closed(connection: connection, ending: ending, at: now) }
    }

    /// Numbers and records a request and chooses its behaviour. A handler runs outside the lock.
    func arrived(_ request: inout FaultServer.ReceivedRequest) -> FaultServer.Behaviour {
        var numbered = request
        let choice = storage.withLock { storage in
            numbered.attempt = storage.script.nextAttempt(path: numbered.path, key: numbered.requestKey)
            storage.journal.arrived(&numbered)
            return storage.script.choice(for: numbered)
        }
        let behaviour = choice(numbered)
        numbered.behaviour = behaviour.name
        storage.withLock { $0.journal.chose(behaviour.name, for: numbered.sequence) }
        request = numbered
        return behaviour
    }

    func ended(_ request: FaultServer.ReceivedRequest) {
        storage.withLock { $0.journal.ended(request) }
    }

    func refused() {
        storage.withLock { $0.journal.refused() }
    }

    func partialHead() {
        storage.withLock { $0.journal.partialHead() }
    }

    /// Resumes the waiters whose condition holds or whose time is over.
    ///
    /// - Returns: whether to stop, whether to accept connections, and when the next waiter's time is over (`.max`: there
    ///   is none).
    func settle(now: UInt64) -> (stops: Bool, accepts: Bool, deadline: UInt64) {
        let (fulfilled, late, orders) = storage.withLock { storage in
            let fulfilled = storage.waiters.filter { $0.value.isFulfilled(storage.journal) }
            for id in fulfilled.keys { storage.waiters[id] = nil }
            let late = storage.waiters.filter { now >= $0.value.deadline }
            for id in late.keys { storage.waiters[id] = nil }
            let deadline = storage.waiters.values.map(\.deadline).min() ?? .max
            return (fulfilled, late, (storage.stopRequested, storage.accepts, deadline))
        }
        for waiter in fulfilled.values { waiter.continuation.resume() }
        let timedOut = FaultServerError(code: .timedOut, message: "the awaited condition did not come about in time")
        for waiter in late.values { waiter.continuation.resume(throwing: timedOut) }
        return orders
    }

    /// The loop's last act: every descriptor of the connections and listeners is closed by now.
    func finished() {
        dropScript()
        let (pipe, waiters, stops) = storage.withLock { storage in
            defer {
                storage.pipe = nil
                storage.waiters = [:]
                storage.stopContinuations = []
            }
            return (storage.pipe, storage.waiters, storage.stopContinuations)
        }
        pipe?.close()
        for waiter in waiters.values { waiter.continuation.resume(throwing: FaultServerError.stopped) }
        for continuation in stops { continuation.resume() }
    }

    /// A handler may hold the server and would keep it for ever. It is released outside the lock, because the server's
    /// `deinit` takes the lock.
    private func dropScript() {
        let script = storage.withLock { storage in
            defer { storage.script.reset() }
            return storage.script
        }
        withExtendedLifetime(script) {}
    }
}

// MARK: The callers' side

extension ServerState {
    func requestStop() {
        storage.withLock { storage in
            storage.stopRequested = true
            storage.pipe?.wake()
        }
    }

    func stop() async {
        await withCheckedContinuation { continuation in
            let isOver = storage.withLock { storage in
                guard let pipe = storage.pipe else { return true }
                storage.stopRequested = true
                storage.stopContinuations.append(continuation)
                pipe.wake()
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    func wait(timeout: Duration, until isFulfilled: @escaping @Sendable (Journal) -> Bool) async throws {
        let deadline = monotonicNanoseconds() + timeout.clampedNanoseconds
        let id = storage.withLock { storage in
            storage.nextWaiter += 1
            return storage.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let refusal: (any Error)? = storage.withLock { storage in
                    guard let pipe = storage.pipe else { return FaultServerError.stopped }
                    // Looked at under the lock: a cancellation after this finds the waiter.
                    if Task.isCancelled { return CancellationError() }
                    storage.waiters[id] = Waiter(
                        deadline: deadline,
                        isFulfilled: isFulfilled,
                        continuation: continuation
                    )
                    pipe.wake()
                    return nil
                }
                if let refusal { continuation.resume(throwing: refusal) }
            }
        } onCancel: {
            let waiter = storage.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}
