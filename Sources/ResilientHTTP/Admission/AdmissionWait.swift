import Synchronization

/// One wait in a queue, behind one reference.
///
/// What an async function holds when it suspends is kept for as long as it waits, and temporaries count too. So all that
/// does not suspend is done here, outside those functions: ten thousand waits are then small.
final class AdmissionWait: Sendable {
    private let queue: PriorityQueue
    private let call: CallRecord
    private let deadline: Deadline?
    private let waiter: AdmissionState.Waiter
    private let handle: AdmissionState.Handle
    private let timer: ClockTimer?
    private let watch = Mutex<CircuitBreaker.Watch?>(nil)

    init(
        _ queue: PriorityQueue,
        _ waiter: AdmissionState.Waiter,
        _ handle: AdmissionState.Handle,
        _ context: RequestContext
    ) {
        self.queue = queue
        self.waiter = waiter
        self.handle = handle
        call = context.call
        deadline = context.deadline
        timer = context.deadline.map { deadline in
            queue.runtime.schedule(at: deadline.instant) {
                guard waiter.granted.resolve(.failure(deadline.error(reachedServer: .no))) else { return }
                queue.abandon(handle) { $0.expired += 1 }
            }
        }
    }

    /// Lets a circuit breaker end the wait. `register` is given what does so, and may throw what ends it now.
    @inline(never)
    func watch(_ register: (@escaping @Sendable (ResilientError) -> Void) throws -> CircuitBreaker.Watch?) {
        let refuse: @Sendable (any Error) -> Void = { [queue, waiter, handle] error in
            guard waiter.granted.resolve(.failure(error)) else { return }
            queue.abandon(handle) { $0.refused += 1 }
        }
        do {
            let registration = try register { refuse($0) }
            watch.withLock { $0 = registration }
        } catch {
            refuse(error)
        }
    }

    /// Waits. Whoever returns has been granted a slot and must ``begin()``; whoever throws has taken nothing.
    @inline(__always)
    func end() async throws {
        defer { stopWatching() }
        try await call.interruptible(waiter.granted) { [queue, handle] in
            queue.abandon(handle) { $0.cancelled += 1 }
        }
    }

    @inline(never)
    private func stopWatching() {
        timer?.cancel()
        watch.withLock { $0 }?.cancel()
    }

    /// Goes on with the slot that was granted, unless the call has ended at the same moment; then the slot goes to the
    /// next.
    @inline(never)
    func begin() throws -> PriorityQueue.Admission {
        let now = queue.runtime.now
        do {
            try call.checkIfOver()
            if let deadline, deadline.instant <= now { throw deadline.error(reachedServer: .no) }
        } catch {
            queue.returnGrant(error)
            throw error
        }
        return queue.begin(waiter, now: now)
    }
}
