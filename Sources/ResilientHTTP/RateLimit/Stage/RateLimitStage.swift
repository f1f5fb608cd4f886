/// The limiter in the pipeline: takes for each attempt before it goes further, and learns from each answer.
///
/// What was taken is given back when nothing was sent: the call was cancelled, or a stage further in refused it.
final class RateLimitStage: Middleware {
    /// What a call costs before it is sent, where its options do not say; nil for 1.
    typealias CostEstimate = @Sendable (ClientRequest, RequestContext) -> Int?
    /// What it really cost, from the answer; nil to leave the estimate.
    typealias ActualCost = @Sendable (ClientResponse, RequestContext) -> Int?
    /// Why there is no point in waiting now, such as an open circuit breaker; nil for nothing. Takes no permit.
    typealias Objection = @Sendable (ClientRequest, RequestContext) -> (any Error)?

    let limiter: RateLimiter
    private let estimate: CostEstimate?
    private let actualCost: ActualCost?
    private let isRefusedNow: Objection?
    private let watch: AdmissionStage.Watch?

    init(
        _ limiter: RateLimiter,
        estimate: CostEstimate? = nil,
        actualCost: ActualCost? = nil,
        isRefusedNow: Objection? = nil,
        watch: AdmissionStage.Watch? = nil
    ) {
        (self.limiter, self.estimate, self.actualCost, self.isRefusedNow, self.watch) = (
            limiter, estimate, actualCost, isRefusedNow, watch
        )
    }

    @inline(__always)
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        if let passage = try pass(request, context) { return try await send(request, context, next, passage) }
        if let store = limiter.store {
            return try await goOn(try await sharedTurn(of: request, context, store), request, next)
        }
        return try await goOn(try await turn(of: request, context), request, next)
    }

    // Nothing here is inlined, so that a wait does not hold the room that the rest needs.

    /// The way of nearly every attempt; nil for one that does not get through at once.
    @inline(never)
    private func pass(_ request: ClientRequest, _ context: RequestContext) throws -> LimiterPassage? {
        let cost = cost(of: request, context)
        try limiter.check(cost: cost)
        guard limiter.store == nil,
            let grant = try limiter.take(limiter.keys(of: source(request, context)), cost: cost)
        else { return nil }
        context.explain(.rateLimit, .passed)
        return LimiterPassage(grant: grant)
    }

    @inline(never)
    private func send(
        _ request: ClientRequest,
        _ context: RequestContext,
        _ next: Next,
        _ passage: LimiterPassage
    ) async throws -> ClientResponse {
        do {
            let response = try await next(request, context: context)
            learn(from: response, to: request, context, passage)
            return response
        } catch {
            if Self.wasNeverSent(error, context) { limiter.refund(passage) }
            throw error
        }
    }

    @inline(never)
    private func learn(
        from response: ClientResponse,
        to request: ClientRequest,
        _ context: RequestContext,
        _ passage: LimiterPassage
    ) {
        // Where a redirect has led says nothing about the service that the limits are for.
        if !context.isCrossOrigin {
            limiter.learn(status: response.status, headers: response.headers, from: source(request, context))
        }
        if let actualCost, let cost = actualCost(response, context) { limiter.settle(passage, cost: cost) }
    }

    private func cost(of request: ClientRequest, _ context: RequestContext) -> Int {
        context.options.cost ?? estimate?(request, context) ?? 1
    }

    private func source(_ request: ClientRequest, _ context: RequestContext) -> RequestKeySource {
        RequestKeySource(request: request, context: context)
    }

    // MARK: - Waiting

    /// How an attempt came to the limits that are kept here.
    private enum Arrival {
        case passed(LimiterPassage, LimiterCall)
        case waits(Waiter)
    }

    /// What an attempt that did not get through at once goes on with.
    private final class Turn: Sendable {
        let passage: LimiterPassage
        let context: RequestContext

        init(_ passage: LimiterPassage, _ context: RequestContext) {
            self.passage = passage
            self.context = context
        }
    }

    @inline(never)
    private func goOn(_ turn: Turn, _ request: ClientRequest, _ next: Next) async throws -> ClientResponse {
        try await send(request, turn.context, next, turn.passage)
    }

    @inline(never)
    private func turn(of request: ClientRequest, _ context: RequestContext) async throws -> Turn {
        switch try arrive(request, context) {
        case .passed(let passage, let call):
            return try begin(passage, call, request, context)
        case .waits(let waiter):
            let passage: LimiterPassage
            do {
                passage = try await waiter.turn()
            } catch {
                throw ended(waiter, error, context)
            }
            return try begin(passage, waiter.call, request, context)
        }
    }

    /// The same where a shared store has its say, too.
    @inline(never)
    private func sharedTurn(
        of request: ClientRequest,
        _ context: RequestContext,
        _ store: StoreClient
    ) async throws -> Turn {
        let call: LimiterCall
        let passage: LimiterPassage
        switch try arrive(request, context) {
        case .passed(let own, let asking):
            (call, passage) = (asking, own)
        case .waits(let waiter):
            call = waiter.call
            do {
                passage = try await waiter.turn()
            } catch {
                throw ended(waiter, error, context)
            }
        }
        let both: LimiterPassage
        do {
            both = try await limiter.pass(store, passage, call)
        } catch {
            throw ended(call, error, context)
        }
        return try begin(both, call, request, context)
    }

    @inline(never)
    private func ended(_ waiter: Waiter, _ error: any Error, _ context: RequestContext) -> any Error {
        ended(waiter.call, limiter.failure(of: waiter, error), context)
    }

    @inline(never)
    private func ended(_ call: LimiterCall, _ error: any Error, _ context: RequestContext) -> any Error {
        call.stopWatching()
        if let error = error as? ResilientError { context.explain(.rateLimit, .ended(error.message)) }
        return error
    }

    /// Goes on with what has been taken, unless what has been waited for would be refused now.
    @inline(never)
    private func begin(
        _ passage: LimiterPassage,
        _ call: LimiterCall,
        _ request: ClientRequest,
        _ context: RequestContext
    ) throws -> Turn {
        call.stopWatching()
        let waited = context.runtime.now - call.began
        guard waited > .zero else { return Turn(passage, context) }
        var context = context
        context.delay += waited
        // What was true before the wait need not be true now.
        if let error = isRefusedNow?(request, context) {
            limiter.refund(passage)
            context.explain(.rateLimit, .ended("a stage further in refuses since the wait"))
            throw error
        }
        return Turn(passage, context)
    }

    /// Comes to the limits that are kept here.
    @inline(never)
    private func arrive(_ request: ClientRequest, _ context: RequestContext) throws -> Arrival {
        if let error = isRefusedNow?(request, context) {
            context.explain(.rateLimit, .ended("a stage further in refuses, so there is nothing to wait for"))
            throw error
        }
        let source = source(request, context)
        let call = LimiterCall(
            keys: limiter.keys(of: source, withServer: true),
            storeKeys: limiter.store?.keys(of: source) ?? [],
            cost: cost(of: request, context),
            waiting: limiter.configuration.onLimit,
            context: context
        )
        let arrival: Arrival
        do {
            arrival = try enter(call, context)
        } catch {
            throw ended(call, error, context)
        }
        call.watch { try watch?(request, context, $0) }
        return arrival
    }

    private func enter(_ call: LimiterCall, _ context: RequestContext) throws -> Arrival {
        switch try limiter.enter(call) {
        case .passed(let passage):
            return .passed(passage, call)
        case .waits(let waiter, let estimate, let reason):
            context.explain(
                .rateLimit,
                .waiting(
                    estimate.time - call.began,
                    source: estimate.isServer ? .server : .limit,
                    reason: reason,
                    left: Double(estimate.left)
                )
            )
            return .waits(waiter)
        }
    }

    /// Whether nothing of an attempt went out, so that it has used none of the server's quota.
    private static func wasNeverSent(_ error: any Error, _ context: RequestContext) -> Bool {
        if error is CancellationError {
            // An attempt that was cancelled on the wire is noted, and it is the call's last.
            return !(context.call.attempts.last?.error is CancellationError)
        }
        guard let error = error as? ResilientError else { return false }
        if error.code == .clientClosed {
            return (context.call.attempts.last?.error as? ResilientError)?.code != .clientClosed
        }
        return error.reachedServer == .no && localRefusals.contains(error.code)
    }

    /// Refusals of stages and transports that never touch the wire. A connection that failed is none: it was tried.
    private static let localRefusals: Set<ResilientError.Code> = [
        .circuitOpen, .rateLimited, .queueFull, .shed, .attemptTimeout, .deadlineExceeded, .invalidRequest,
        .insecureRequest, .originRefused, .bodyNotReplayable, .configuration, .unsupported,
        .resourcesExhausted,
    ]
}

extension DelaySource {
    /// A limit of the client's own.
    public static let limit = Self(rawValue: "limit")
}
