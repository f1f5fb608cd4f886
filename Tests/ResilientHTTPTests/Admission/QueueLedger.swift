import Synchronization

@testable import ResilientHTTP

/// What became of each request of a storm, and whether it was right.
final class QueueLedger: Sendable {
    private struct Request {
        let priority: Priority
        let arrivedAt: MonotonicTime
        /// Its place in the order of arrivals.
        let order: Int
        let deadline: MonotonicTime?
        var begunAt: MonotonicTime?
        var endedAt: MonotonicTime?
        var cancelledAt: MonotonicTime?
        var isClassified = false
        var isCancelledAtGrant = false

        /// When it stopped waiting.
        var leftAt: MonotonicTime? { begunAt ?? endedAt }
    }

    private struct State {
        var requests: [Int: Request] = [:]
        var running = 0
        var closedAt: MonotonicTime?
        var tally = Tally<QueueStorm.Event>()
    }

    private let configuration: AdmissionConfiguration
    private let state = Mutex(State())

    init(_ configuration: AdmissionConfiguration) {
        self.configuration = configuration
    }

    var tally: Tally<QueueStorm.Event> { state.withLock { $0.tally } }
    var beginnings: Int { state.withLock { $0.requests.values.count { $0.begunAt != nil } } }

    func tally(_ change: (inout Tally<QueueStorm.Event>) -> Void) {
        state.withLock { change(&$0.tally) }
    }

    func arrive(_ id: Int, _ priority: Priority, deadline: MonotonicTime?, now: MonotonicTime) {
        state.withLock { state in
            let isCancelled = Task.isCancelled
            state.requests[id] = Request(
                priority: priority,
                arrivedAt: now,
                order: state.requests.count,
                deadline: deadline,
                cancelledAt: isCancelled ? now : nil
            )
            if isCancelled { state.tally[.cancelledAsItCame] += 1 }
        }
    }

    func begin(_ id: Int, _ load: QueueLoad, now: MonotonicTime) throws {
        try check(load)
        try state.withLock { state in
            if state.requests[id]?.begunAt != nil { throw Violation("request \(id) ran twice") }
            state.requests[id]?.begunAt = now
            state.running += 1
            let limit = mostAtOnce
            if state.running > limit { throw Violation("\(state.running) at once, \(limit) allowed") }
            if state.running == limit { state.tally[.limitReached] += 1 }
        }
    }

    func finish(_ id: Int) {
        state.withLock { $0.running -= 1 }
    }

    func close(now: MonotonicTime) {
        state.withLock { $0.closedAt = now }
    }

    /// One of those who have come and neither run nor ended.
    func someWaiting(_ choice: UInt64) -> Int? {
        state.withLock { state in
            let waiting = state.requests.filter { $0.value.leftAt == nil }.keys.sorted()
            return waiting.isEmpty ? nil : waiting[Int(choice % UInt64(waiting.count))]
        }
    }

    func noteCancellation(of id: Int, now: MonotonicTime) {
        state.withLock { state in
            // The first one ends the wait.
            if state.requests[id]?.cancelledAt == nil { state.requests[id]?.cancelledAt = now }
        }
    }

    /// Tells where a cancellation has met a request. One that had been refused at the same moment will say so.
    func classifyCancellation(of id: Int, wasQueued: Bool) {
        state.withLock { state in
            guard let request = state.requests[id], request.leftAt == nil, !request.isClassified else { return }
            state.requests[id]?.isClassified = true
            state.requests[id]?.isCancelledAtGrant = !wasQueued
            if wasQueued { state.tally[.cancelledWhileQueued] += 1 }
        }
    }

    func end(_ id: Int, _ error: (any Error)?, now: MonotonicTime, isExact: Bool) throws {
        let (request, isClosed) = state.withLock { state in
            state.requests[id]?.endedAt = now
            return (state.requests[id], state.closedAt != nil)
        }
        guard let request else { throw Violation("request \(id) never came") }
        if let violation = error as? Violation { throw violation }
        switch error {
        case nil:
            if request.begunAt == nil { throw Violation("request \(id) did not run") }
        case let error as ResilientError:
            if request.begunAt != nil { throw Violation("request \(id) ran and failed with \(error)") }
            try check(error, of: request, isClosed: isClosed, isExact: isExact)
        case is CancellationError:
            if request.begunAt == nil, request.isCancelledAtGrant {
                state.withLock { $0.tally[.cancelledAtGrant] += 1 }
            }
            if isExact, request.cancelledAt == nil { throw Violation("request \(id) was cancelled by nobody") }
        case let error?:
            throw Violation("unexpected \(error)")
        }
        guard isExact, let leftAt = request.leftAt ?? Optional(now) else { return }
        if let deadline = request.deadline, leftAt > deadline { throw Violation("request \(id) outlived its deadline") }
        if let cancelledAt = request.cancelledAt, leftAt > cancelledAt {
            throw Violation("request \(id) waited on after its cancellation")
        }
    }

    private func check(_ error: ResilientError, of request: Request, isClosed: Bool, isExact: Bool) throws {
        switch error.code {
        case .queueFull where configuration.overflow != .wait:
            break
        case .shed where configuration.shedsLate && request.deadline != nil:
            break
        case .deadlineExceeded where request.deadline != nil:
            state.withLock { $0.tally[.expired] += 1 }
        case .clientClosed where isClosed || !isExact:
            break
        default:
            throw Violation("unexpected \(error)")
        }
    }

    /// The most that may ever run at once: an adaptive limit moves below it.
    private var mostAtOnce: Int {
        configuration.concurrency.kind == .fixed
            ? configuration.maxConcurrentRequests
            : max(configuration.maxConcurrentRequests, configuration.concurrency.max)
    }

    /// Nobody waits while there is a slot, and no more wait than may.
    func check(_ load: QueueLoad) throws {
        if configuration.overflow != .wait, load.waiting > configuration.capacity {
            throw Violation("\(load.waiting) wait, \(configuration.capacity) may")
        }
        guard configuration.concurrency.kind == .fixed else { return }
        if load.inFlight > load.limit { throw Violation("\(load) is above its limit") }
        if load.waiting > 0, load.inFlight < load.limit { throw Violation("\(load) leaves slots unused") }
    }

    /// Nobody was served while somebody waited who was due before: FIFO inside a level, priority between levels, a wait
    /// counted by its ageing. Things of the same moment have no order, since they may run in any.
    ///
    /// Returns how often a wait went before a higher level.
    func checkOrder() throws -> Int {
        let requests = state.withLock { Array($0.requests.values) }
        var aged = 0
        for served in requests {
            guard let begunAt = served.begunAt else { continue }
            for other in requests where other.arrivedAt < begunAt {
                guard other.order != served.order, let leftAt = other.leftAt, leftAt > begunAt else { continue }
                if isDue(other, before: served) {
                    throw Violation(
                        "level \(served.priority.rawValue) of \(served.arrivedAt) was served at \(begunAt), and level "
                            + "\(other.priority.rawValue) of \(other.arrivedAt) waited until \(leftAt)"
                    )
                }
                if other.priority.rawValue < served.priority.rawValue { aged += 1 }
            }
        }
        return aged
    }

    private func isDue(_ one: Request, before other: Request) -> Bool {
        if one.priority == other.priority { return one.order < other.order }
        return rank(one) < rank(other)
    }

    private func rank(_ request: Request) -> Int64 {
        let level = Int64(request.priority.rawValue)
        guard let ageing = configuration.ageing else { return level }
        return request.arrivedAt.nanoseconds + level * ageing.saturatedNanoseconds
    }
}
