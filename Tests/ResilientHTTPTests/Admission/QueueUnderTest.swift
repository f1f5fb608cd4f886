import Synchronization

@testable import ResilientHTTP

/// A queue as the storm sees it, so that the same checks run on the real one and on ones with a flaw.
protocol QueueUnderTest: Sendable {
    var load: QueueLoad { get }

    func run(
        priority: Priority,
        timeout: Duration?,
        _ operation: @escaping @Sendable () async throws -> Void
    ) async throws

    func shutdown()
}

struct QueueLoad: Equatable {
    var waiting: Int
    var inFlight: Int
    var limit: Int
    /// Every request that the queue has counted, by its end.
    var counted = 0
    var admitted = 0
    var dropped = 0
    var shed = 0
    var grantsReturned = 0
}

extension PriorityQueue: QueueUnderTest {
    var load: QueueLoad {
        let stats = stats
        return QueueLoad(
            waiting: stats.waiting,
            inFlight: stats.inFlight,
            limit: stats.limit,
            counted: stats.admitted + stats.rejected + stats.shed + stats.dropped + stats.cancelled + stats.expired
                + stats.ended,
            admitted: stats.admitted,
            dropped: stats.dropped,
            shed: stats.shed,
            grantsReturned: grantsReturned
        )
    }

    func run(
        priority: Priority,
        timeout: Duration?,
        _ operation: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await submit(priority: priority, timeout: timeout, operation)
    }
}

/// A queue in the simplest words, with one thing wrong or nothing: what the storm's checks are checked with.
final class FlawedQueue: QueueUnderTest {
    enum Flaw: CaseIterable {
        case none
        /// Now and then a slot is given back and nobody is told.
        case lostWakeUp
        /// A slot is given to two.
        case doubleGrant
        /// Whoever is more urgent is always first.
        case noAgeing
        /// Whoever is cancelled when its turn has come keeps the slot.
        case slotLeakedOnCancel
        /// Who came last is first.
        case lastInFirstOut
        /// The deadline does not end a wait.
        case deafToDeadlines
        /// The queue takes more than it may.
        case noCapacity
    }

    private struct Waiter {
        let id: Int
        let rank: Int64
        let level: Int
        let shot: OneShot<Void>
    }

    private struct State {
        var waiters: [Waiter] = []
        var inFlight = 0
        var nextID = 0
        var releases = 0
        var isClosed = false
    }

    private let configuration: AdmissionConfiguration
    private let runtime: ClientRuntime
    private let flaw: Flaw
    private let state = Mutex(State())

    init(_ configuration: AdmissionConfiguration, runtime: ClientRuntime, flaw: Flaw) {
        self.configuration = configuration
        self.runtime = runtime
        self.flaw = flaw
    }

    var load: QueueLoad {
        state.withLock {
            QueueLoad(waiting: $0.waiters.count, inFlight: $0.inFlight, limit: configuration.maxConcurrentRequests)
        }
    }

    func run(
        priority: Priority,
        timeout: Duration?,
        _ operation: @escaping @Sendable () async throws -> Void
    ) async throws {
        try Task.checkCancellation()
        let waiter = try state.withLock { try arrive(priority, &$0) }
        if let waiter { try await wait(waiter, timeout) }
        defer { release() }
        try await operation()
    }

    func shutdown() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.shot.resolve(.failure(ResilientError(.clientClosed, "closed"))) }
    }

    private func arrive(_ priority: Priority, _ state: inout State) throws -> Waiter? {
        if state.isClosed { throw ResilientError(.clientClosed, "closed") }
        if state.inFlight < configuration.maxConcurrentRequests, state.waiters.isEmpty {
            state.inFlight += 1
            return nil
        }
        guard state.waiters.count < configuration.capacity || flaw == .noCapacity else {
            throw ResilientError(.queueFull, "full")
        }
        var rank = Int64(priority.rawValue)
        if let ageing = configuration.ageing, flaw != .noAgeing {
            rank = runtime.now.nanoseconds + rank * ageing.saturatedNanoseconds
        }
        let waiter = Waiter(id: state.nextID, rank: rank, level: priority.rawValue, shot: OneShot())
        state.nextID += 1
        state.waiters.append(waiter)
        return waiter
    }

    private func wait(_ waiter: Waiter, _ timeout: Duration?) async throws {
        let leave: @Sendable (any Error) -> Void = { [self] error in
            guard waiter.shot.resolve(.failure(error)) else { return }
            state.withLock { $0.waiters.removeAll { $0.id == waiter.id } }
        }
        let timer = timeout.map { timeout in
            runtime.schedule(at: runtime.now + timeout) {
                if self.flaw != .deafToDeadlines { leave(ResilientError(.deadlineExceeded, "late")) }
            }
        }
        defer { timer?.cancel() }
        try await withTaskCancellationHandler {
            try await waiter.shot.value()
        } onCancel: {
            leave(CancellationError())
        }
        do {
            try Task.checkCancellation()
        } catch {
            if flaw != .slotLeakedOnCancel { release() }
            throw error
        }
    }

    private func release() {
        let woken = state.withLock { state -> [Waiter] in
            state.inFlight -= 1
            state.releases += 1
            if flaw == .lostWakeUp, state.releases.isMultiple(of: 3) { return [] }
            return (0..<(flaw == .doubleGrant ? 2 : 1)).compactMap { _ in grant(&state) }
        }
        for waiter in woken where !waiter.shot.resolve(.success(())) { release() }
    }

    private func grant(_ state: inout State) -> Waiter? {
        let isFirst: (Waiter, Waiter) -> Bool = { [flaw] in
            if flaw == .lastInFirstOut { return ($0.level, -$0.id) < ($1.level, -$1.id) }
            return ($0.rank, $0.level, $0.id) < ($1.rank, $1.level, $1.id)
        }
        guard let next = state.waiters.min(by: isFirst) else { return nil }
        state.waiters.removeAll { $0.id == next.id }
        state.inFlight += 1
        return next
    }
}
