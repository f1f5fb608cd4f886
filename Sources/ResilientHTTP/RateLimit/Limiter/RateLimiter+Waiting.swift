import Synchronization

/// One call that asks a limiter.
///
/// A class, like ``RateLimiter/Wait``: ten thousand waiting calls would carry a copy in each of their frames.
final class LimiterCall: Sendable {
    let keys: CallKeys
    /// Its keys in the limits of a shared store, as texts.
    let storeKeys: [String]
    let cost: Int
    let deadline: Deadline?
    private let sharedDeadline: (any SharedDeadline)?
    let waiting: RateLimitWaiting

    init(
        keys: CallKeys,
        storeKeys: [String],
        cost: Int,
        deadline: Deadline?,
        sharedDeadline: (any SharedDeadline)? = nil,
        waiting: RateLimitWaiting
    ) {
        (self.keys, self.storeKeys, self.cost, self.deadline, self.waiting) = (keys, storeKeys, cost, deadline, waiting)
        self.sharedDeadline = sharedDeadline
    }

    /// Whether a turn at a time would come too late: at the end of the wait, or when nobody waits for the answer.
    func isTooLate(_ time: MonotonicTime, end: MonotonicTime?) -> Bool {
        if let end, time >= end { return true }
        return sharedDeadline?.latest.map { time >= $0 } ?? false
    }

    /// When it has waited long enough: its deadline or its longest wait, whichever comes first.
    func end(from now: MonotonicTime) -> MonotonicTime? {
        let bound = waiting.bound.map { now + $0 }
        guard let deadline = deadline?.instant, let bound else { return deadline?.instant ?? bound }
        return min(deadline, bound)
    }
}

/// How a call came through: what it took here and in the shared store, and what it waited.
struct LimiterPassage: Sendable {
    let grant: Grant
    var ticket: StoreClient.Ticket?
}

extension RateLimiter {
    /// What is to be known before a wait begins.
    final class Wait: Sendable {
        let waiter: Waiter
        let estimate: WaitEstimate
        /// Now, when the wait began.
        let began: MonotonicTime
        let limit: String

        init(waiter: Waiter, estimate: WaitEstimate, began: MonotonicTime, limit: String) {
            (self.waiter, self.estimate, self.began, self.limit) = (waiter, estimate, began, limit)
        }
    }

    /// Takes at once, or stands in line; throws when a wait makes no sense.
    func enter(_ call: LimiterCall) throws -> (grant: Grant?, wait: Wait?) {
        try state.withLock { state in
            if state.isClosed { throw CallRegistry.closed }
            let now = runtime.now
            if let grant = state.take(call.keys, cost: call.cost, now: now) { return (grant, nil) }
            let estimate = state.estimate(call.keys, cost: call.cost, now: now)
            let end = call.end(from: now)
            if call.waiting == .fail || call.isTooLate(estimate.time, end: end) {
                throw refusal(&state, call, estimate, now, .doesNotFit)
            }
            if state.standing.count >= configuration.maxWaiters {
                throw refusal(&state, call, estimate, now, .tooManyWait)
            }
            state.totals.waited += 1
            let waiter = state.enqueue(call.keys, cost: call.cost, end: end, now: now)
            arm(&state)
            return (nil, Wait(waiter: waiter, estimate: estimate, began: now, limit: name(estimate, state)))
        }
    }

    /// Waits for the turn of a call that stands in line.
    func turn(of wait: Wait, _ call: LimiterCall, record: CallRecord) async throws -> Grant {
        let waiter = wait.waiter
        do {
            return try await record.interruptible(waiter.shot) { [self] in
                // Cancelled or shut down. Whoever granted it at the same moment learns that from the lost claim.
                change { state, now, woken in
                    guard let standing = state.leave(waiter.ticket) else { return }
                    state.serve(standing.places.map(\.place), now: now, into: &woken)
                }
            }
        } catch is TimeIsUp {
            let now = runtime.now
            if let deadline = call.deadline, deadline.kind == .total, deadline.instant <= now {
                throw deadline.error(reachedServer: .no)
            }
            throw state.withLock { state in
                let estimate = state.estimate(call.keys, cost: call.cost, now: now)
                return RateLimitErrors.waitedEnough(name(estimate, state), estimate, since: wait.began, now: now)
            }
        }
    }

    /// The rest of the way of a call that has entered: its turn in the line here, then the shared store.
    func pass(
        _ grant: Grant?,
        _ wait: Wait?,
        _ call: LimiterCall,
        _ record: CallRecord
    ) async throws -> LimiterPassage {
        if let grant { return try await passStore(grant, call, record) }
        guard let wait else { throw CancellationError() }
        return try await passStore(try await turn(of: wait, call, record: record), call, record)
    }

    /// Takes from the shared store too, if there is one; what was taken here is given back if that fails.
    func passStore(_ grant: Grant, _ call: LimiterCall, _ record: CallRecord) async throws -> LimiterPassage {
        guard let store else { return LimiterPassage(grant: grant) }
        do {
            return LimiterPassage(grant: grant, ticket: try await store.acquire(call, record: record))
        } catch {
            refund(grant)
            throw error
        }
    }

    func refund(_ passage: LimiterPassage) {
        refund(passage.grant)
        if let ticket = passage.ticket { store?.giveBack(ticket) }
    }

    func settle(_ passage: LimiterPassage, cost: Int) {
        settle(passage.grant, cost: max(0, cost))
        if let ticket = passage.ticket { store?.settle(ticket, cost: max(0, cost)) }
    }

    private enum Reason {
        case doesNotFit
        case tooManyWait
    }

    private func refusal(
        _ state: inout LimiterState,
        _ call: LimiterCall,
        _ estimate: WaitEstimate,
        _ now: MonotonicTime,
        _ reason: Reason
    ) -> ResilientError {
        state.totals.rejected += 1
        if let rule = estimate.rule { state.tables[rule][estimate.slot].rejected += 1 }
        let name = name(estimate, state)
        switch reason {
        case .doesNotFit: return RateLimitErrors.usedUp(name, estimate, call, now: now)
        case .tooManyWait: return RateLimitErrors.tooManyWait(name, estimate, configuration.maxWaiters, now: now)
        }
    }

    private func name(_ estimate: WaitEstimate, _ state: LimiterState) -> String {
        guard let rule = estimate.rule else { return "the limit" }
        if rules[rule].isServer || estimate.isServer { return "the server's limit" }
        let key = state.tables[rule].key(of: estimate.slot)
        let owner = key == .shared ? "" : " for \(key.text)"
        return "the limit '\(rules[rule].name)'\(rules[rule].description)\(owner)"
    }
}

// MARK: - The timer

extension RateLimiter {
    /// The end of a wait that was its own.
    struct TimeIsUp: Error {}

    /// Sets the one timer to the next moment at which somebody must look.
    func arm(_ state: inout LimiterState) {
        let next = state.nextEvent
        if let timer = state.timer {
            // An earlier one than needed only looks once more.
            if let next, timer.time <= next { return }
            timer.handle.cancel()
            state.timer = nil
        }
        guard let next, next < .distantFuture else { return }
        state.timersMade += 1
        let number = state.timersMade
        state.timer = (runtime.schedule(at: next) { [self] in fire(number) }, next, number)
    }

    private func fire(_ number: UInt64) {
        change { state, now, woken in
            if state.timer?.number == number { state.timer = nil }
            state.serveDue(now: now, into: &woken)
        }
    }

    /// Tells those whose wait is over. One who has gone at the same moment gives back what it got, once, and that may
    /// be the turn of others.
    func tell(_ woken: [Woken]) {
        for one in woken {
            if let grant = one.grant {
                if !one.waiter.shot.resolve(.success(grant)) { refund(grant) }
            } else if one.waiter.shot.resolve(.failure(TimeIsUp())) {
                state.withLock { $0.totals.rejected += 1 }
            }
        }
    }
}
