import Synchronization

/// One call that asks a limiter.
///
/// A class: ten thousand waiting calls would carry a copy in each of their frames.
final class LimiterCall: Sendable {
    private struct State {
        var watch: CircuitBreaker.Watch?
        /// Why there is nothing to wait for any more.
        var refusal: (any Error)?
        /// Ends the wait of now.
        var end: (@Sendable (any Error) -> Void)?
        /// Its registration with the call.
        var registration = 0
    }

    let keys: CallKeys
    /// Its keys in the limits of a shared store, as texts.
    let storeKeys: [String]
    let cost: Int
    let waiting: RateLimitWaiting
    private let context: RequestContext
    /// When it came.
    let began: MonotonicTime
    private let state = Mutex(State())

    init(
        keys: CallKeys,
        storeKeys: [String],
        cost: Int,
        waiting: RateLimitWaiting,
        context: RequestContext
    ) {
        (self.keys, self.storeKeys, self.cost, self.waiting, self.context) = (keys, storeKeys, cost, waiting, context)
        began = context.runtime.now
    }

    /// Whether a turn at a time would come too late: at the end of the wait, or when nobody waits for the answer.
    func isTooLate(_ time: MonotonicTime, end: MonotonicTime?) -> Bool {
        if let end, time >= end { return true }
        return context.sharedDeadline?.latest.map { time >= $0 } ?? false
    }

    var deadline: Deadline? { context.deadline }
    var record: CallRecord { context.call }

    /// When it has waited long enough: its deadline or its longest wait, whichever comes first.
    func end(from now: MonotonicTime) -> MonotonicTime? {
        let bound = waiting.bound.map { now + $0 }
        guard let deadline = deadline?.instant, let bound else { return deadline?.instant ?? bound }
        return min(deadline, bound)
    }
}

extension LimiterCall {
    /// Lets a circuit breaker end the call's waits. `register` is given what does so, and may throw what ends them now.
    @inline(never)
    func watch(_ register: (@escaping @Sendable (ResilientError) -> Void) throws -> CircuitBreaker.Watch?) {
        do {
            let registration = try register { [self] in refuse($0) }
            state.withLock { $0.watch = registration }
        } catch {
            refuse(error)
        }
    }

    @inline(never)
    func stopWatching() {
        let watch = state.withLock { state in
            defer { state.watch = nil }
            return state.watch
        }
        watch?.cancel()
    }

    private func refuse(_ error: any Error) {
        let end = state.withLock { state in
            state.refusal = error
            return state.end
        }
        end?(error)
    }

    /// Begins a wait that the end of the call and a refusal further in may end.
    @inline(never)
    func beginWait(endedBy end: @escaping @Sendable (any Error) -> Void) {
        let registration = record.register(end)
        let refusal = state.withLock { state in
            (state.end, state.registration) = (end, registration)
            return state.refusal
        }
        if let refusal { end(refusal) }
    }

    @inline(never)
    func endWait() {
        let registration = state.withLock { state in
            state.end = nil
            return state.registration
        }
        record.unregister(registration)
    }
}

/// What a call took, here and in the shared store. Behind one reference, so that a wait makes no room for it.
final class LimiterPassage: Sendable {
    let grant: Grant
    let ticket: StoreClient.Ticket?

    init(grant: Grant, ticket: StoreClient.Ticket? = nil) {
        (self.grant, self.ticket) = (grant, ticket)
    }
}

extension RateLimiter {
    /// What a call got that came to the limits kept here.
    enum Entrance {
        case passed(LimiterPassage)
        /// Its wait, when its turn will be as far as is known, and why not now.
        case waits(Waiter, WaitEstimate, reason: String)
    }

    /// Takes at once, or stands in line; throws when a wait makes no sense.
    func enter(_ call: LimiterCall) throws -> Entrance {
        let now = runtime.now
        return try state.withLock { state in
            if state.isClosed { throw CallRegistry.closed }
            let now = state.inOrder(now)
            if let grant = state.take(call.keys, cost: call.cost, now: now) {
                return .passed(LimiterPassage(grant: grant))
            }
            let estimate = state.estimate(call.keys, cost: call.cost, now: now)
            let end = call.end(from: now)
            if call.waiting == .fail || call.isTooLate(estimate.time, end: end) {
                throw refusal(&state, call, estimate, now, .doesNotFit)
            }
            if state.standing.count >= configuration.maxWaiters {
                throw refusal(&state, call, estimate, now, .tooManyWait)
            }
            state.totals.waited += 1
            let waiter = state.enqueue(call, end: end, now: now, limiter: self)
            arm(&state)
            return .waits(waiter, estimate, reason: reason(estimate, state))
        }
    }

    /// Waits for the turn of a call that stands in line.
    func turn(of waiter: Waiter) async throws -> LimiterPassage {
        do {
            return try await waiter.turn()
        } catch {
            throw failure(of: waiter, error)
        }
    }

    /// Takes a waiter out of its lines: its call was cancelled, shut down or refused further in. Whoever granted it at
    /// the same moment learns that from the lost claim.
    func abandon(_ waiter: Waiter) {
        change { state, now, woken in
            guard let standing = state.leave(waiter.ticket) else { return }
            state.serve(standing.places.map(\.place), now: now, into: &woken)
        }
    }

    /// What a wait ended with, for the caller.
    @inline(never)
    func failure(of waiter: Waiter, _ error: any Error) -> any Error {
        guard error is TimeIsUp else { return error }
        let now = runtime.now
        let call = waiter.call
        if let deadline = call.deadline, deadline.kind == .total, deadline.instant <= now {
            return deadline.error(reachedServer: .no)
        }
        return state.withLock { state in
            let estimate = state.estimate(call.keys, cost: call.cost, now: now)
            return RateLimitErrors.waitedEnough(name(estimate, state), estimate, since: call.began, now: now)
        }
    }

    /// Takes from the shared store too; what was taken here is given back if that fails.
    @inline(never)
    func pass(_ store: StoreClient, _ passage: LimiterPassage, _ call: LimiterCall) async throws -> LimiterPassage {
        do {
            return LimiterPassage(grant: passage.grant, ticket: try await store.acquire(call))
        } catch {
            refund(passage.grant)
            throw error
        }
    }

    func refund(_ passage: LimiterPassage) {
        refund(passage.grant)
        if let ticket = passage.ticket { store?.giveBack(ticket) }
    }

    func settle(_ passage: LimiterPassage, cost: Int) {
        let cost = PeerNumber.cost(cost)
        settle(passage.grant, cost: cost)
        if let ticket = passage.ticket { store?.settle(ticket, cost: cost) }
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

    /// Why a call waits. Of a limit that all calls share it is always the same text, which ten thousand may hold.
    private func reason(_ estimate: WaitEstimate, _ state: LimiterState) -> String {
        guard let rule = estimate.rule, !estimate.isServer, rules[rule].isShared else {
            return "\(name(estimate, state)) is used up"
        }
        return rules[rule].shortage
    }

    private func name(_ estimate: WaitEstimate, _ state: LimiterState) -> String {
        guard let rule = estimate.rule else { return "the limit" }
        if rules[rule].isServer || estimate.isServer { return "the server's limit" }
        let key = state.tables[rule].key(of: estimate.slot)
        let owner = key == .shared ? "" : " for \(key.text)"
        return "\(rules[rule].title)\(owner)"
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
                if !one.waiter.shot.resolve(.success(LimiterPassage(grant: grant))) { refund(grant) }
            } else if one.waiter.shot.resolve(.failure(TimeIsUp())) {
                state.withLock { $0.totals.rejected += 1 }
            }
        }
    }
}
