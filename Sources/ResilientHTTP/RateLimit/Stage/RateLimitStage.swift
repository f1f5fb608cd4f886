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

    init(
        _ limiter: RateLimiter,
        estimate: CostEstimate? = nil,
        actualCost: ActualCost? = nil,
        isRefusedNow: Objection? = nil
    ) {
        (self.limiter, self.estimate, self.actualCost, self.isRefusedNow) = (
            limiter, estimate, actualCost, isRefusedNow
        )
    }

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        var context = context
        let cost = context.options.cost ?? estimate?(request, context) ?? 1
        try limiter.check(cost: cost)
        let source = RequestKeySource(request: request, context: context)
        let passage: LimiterPassage
        if limiter.store == nil, let grant = try limiter.take(limiter.keys(of: source), cost: cost) {
            context.explain(.rateLimit, .passed)
            passage = LimiterPassage(grant: grant)
        } else {
            passage = try await wait(source, cost, &context)
        }
        do {
            let response = try await next(request, context: context)
            // Where a redirect has led says nothing about the service that the limits are for.
            if !context.isAway {
                limiter.learn(status: response.status, headers: response.headers, from: source)
            }
            if let actualCost, let cost = actualCost(response, context) { limiter.settle(passage, cost: cost) }
            return response
        } catch {
            if Self.wasNeverSent(error, context) { limiter.refund(passage) }
            throw error
        }
    }

    /// The way of an attempt that does not get through at once.
    private func wait(
        _ source: RequestKeySource,
        _ cost: Int,
        _ context: inout RequestContext
    ) async throws -> LimiterPassage {
        if let error = isRefusedNow?(source.request, context) {
            context.explain(.rateLimit, .ended("a stage further in refuses, so there is nothing to wait for"))
            throw error
        }
        let call = LimiterCall(
            keys: limiter.keys(of: source, withServer: true),
            storeKeys: limiter.store?.keys(of: source) ?? [],
            cost: cost,
            deadline: context.deadline,
            sharedDeadline: context.sharedDeadline,
            waiting: limiter.configuration.onLimit
        )
        let began = context.runtime.now
        let passage: LimiterPassage
        do {
            let (grant, wait) = try limiter.enter(call)
            if let grant {
                passage = try await limiter.passStore(grant, call, context.call)
            } else if let wait {
                context.explain(
                    .rateLimit,
                    .waiting(
                        wait.estimate.time - wait.began,
                        source: wait.estimate.isServer ? .server : .limit,
                        reason: "\(wait.limit) is used up",
                        left: Double(wait.estimate.left)
                    )
                )
                let grant = try await limiter.turn(of: wait, call, record: context.call)
                passage = try await limiter.passStore(grant, call, context.call)
            } else {
                throw CancellationError()
            }
        } catch {
            if let error = error as? ResilientError { context.explain(.rateLimit, .ended(error.message)) }
            throw error
        }
        let waited = context.runtime.now - began
        guard waited > .zero else { return passage }
        context.delay += waited
        // What was true before the wait need not be true now.
        if let error = isRefusedNow?(source.request, context) {
            limiter.refund(passage)
            context.explain(.rateLimit, .ended("a stage further in refuses since the wait"))
            throw error
        }
        return passage
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
    ]
}

extension DelaySource {
    /// A limit of the client's own.
    public static let limit = Self(rawValue: "limit")
}
