import Synchronization

/// One wait in a queue, behind one reference.
///
/// What an async function holds when it suspends is kept for as long as it waits, and temporaries count too. So all that
/// does not suspend is done here, outside those functions: ten thousand waits are then small.
final class AdmissionWait: Sendable {
    /// What else may end the wait, while it lasts.
    private struct Ends {
        var timer: ClockTimer?
        var watch: CircuitBreaker.Watch?
        /// The registration with the call.
        var registration = 0
    }

    private let queue: PriorityQueue
    private let context: RequestContext
    private let waiter: AdmissionState.Waiter
    private let handle: AdmissionState.Handle
    private let ends = Mutex(Ends())

    // Every closure here has one reference and needs no room of its own for it.

    init(
        _ queue: PriorityQueue,
        _ waiter: AdmissionState.Waiter,
        _ handle: AdmissionState.Handle,
        _ context: RequestContext
    ) {
        self.queue = queue
        self.waiter = waiter
        self.handle = handle
        self.context = context
        guard let deadline = context.deadline else { return }
        let timer = queue.runtime.schedule(at: deadline.instant) { [self] in expire() }
        ends.withLock { $0.timer = timer }
    }

    /// Lets a circuit breaker end the wait. `register` is given what does so, and may throw what ends it now.
    @inline(never)
    func watch(_ register: (@escaping @Sendable (ResilientError) -> Void) throws -> CircuitBreaker.Watch?) {
        do {
            let registration = try register { [self] in refuse($0) }
            ends.withLock { $0.watch = registration }
        } catch {
            refuse(error)
        }
    }

    private func expire() {
        guard let deadline = context.deadline else { return }
        giveUp(deadline.error(reachedServer: .no)) { $0.expired += 1 }
    }

    private func refuse(_ error: any Error) {
        giveUp(error) { $0.refused += 1 }
    }

    private func cancel(_ error: any Error) {
        giveUp(error) { $0.cancelled += 1 }
    }

    private func giveUp(_ error: any Error, _ count: (inout QueueStats) -> Void) {
        // Whoever has been taken out of the queue already hears from who took it.
        if queue.abandon(handle, count) { waiter.granted.resolve(.failure(error)) }
    }

    /// Waits, and holds nothing but this. Whoever returns has been granted a slot and must ``begin()``; whoever throws has taken nothing.
    @inline(__always)
    func end() async throws {
        begin { [self] in cancel($0) }
        defer { finish() }
        try await withTaskCancellationHandler {
            try await waiter.granted.value()
        } onCancel: {
            cancel(CancellationError())
        }
    }

    @inline(never)
    private func begin(endedBy end: @escaping @Sendable (any Error) -> Void) {
        let registration = context.call.register(end)
        ends.withLock { $0.registration = registration }
    }

    @inline(never)
    private func finish() {
        let ends = ends.withLock { ends in
            defer { ends = Ends() }
            return ends
        }
        ends.timer?.cancel()
        ends.watch?.cancel()
        context.call.unregister(ends.registration)
    }

    /// Goes on with the slot that was granted, unless the call has ended at the same moment; then the slot goes to the
    /// next.
    @inline(never)
    func begin() throws -> PriorityQueue.Admission {
        let now = queue.runtime.now
        do {
            try context.call.checkIfOver()
            if let deadline = context.deadline, deadline.instant <= now { throw deadline.error(reachedServer: .no) }
        } catch {
            queue.returnGrant(error)
            throw error
        }
        return queue.begin(waiter, now: now)
    }
}
