/// Refuses attempts at a service that is ill, and counts how the others end.
///
/// The permit covers what is further in only: no wait for a limit or a slot is inside. Where a stage further out waits, it
/// asks the same breaker with ``CircuitBreaker/checkIfOpen()`` before and after, and ``CircuitBreaker/watch(_:)`` ends its
/// wait.
public final class CircuitBreakerStage: Middleware {
    /// Gives a request its key; nil for a request that no breaker is to see.
    public typealias KeyOf = @Sendable (ClientRequest, RequestOptions) -> CircuitBreakerKey?

    /// The breakers, for status and control.
    public let registry: CircuitBreakerRegistry
    private let classifier: BreakerClassifier
    private let keyOf: KeyOf?
    private let shared: SharedBreakers?

    /// Makes the stage.
    ///
    /// - Parameters:
    ///   - registry: The breakers, which copies of a client share.
    ///   - attemptTimeout: The longest that an attempt may take by the client's configuration; nil for no limit. An
    ///     attempt that the total deadline ends after this time is a failure, one that it ends earlier is neutral.
    ///   - keyOf: The key of a request; nil for the standard one, ``key(for:options:)``.
    ///   - store: What other processes know; nil for this process alone.
    ///   - failureClass: The class of errors that are not ``ResilientError``; without it they are neutral.
    public init(
        registry: CircuitBreakerRegistry,
        attemptTimeout: Duration? = nil,
        keyOf: KeyOf? = nil,
        store: (any CircuitBreakerStore)? = nil,
        failureClass: (@Sendable (any Error) -> FailureClass?)? = nil
    ) {
        let configuration = registry.configuration
        self.registry = registry
        self.keyOf = keyOf
        shared = store.map { SharedBreakers($0, of: registry) }
        classifier = BreakerClassifier(
            failureStatuses: configuration.failureStatuses,
            countsThrottling: configuration.countsThrottling,
            clientErrors: configuration.clientErrors,
            heedsServer: configuration.heedsServer,
            attemptTimeout: attemptTimeout,
            failureClass: failureClass
        )
    }

    /// The standard key: the origin and the endpoint's name, or the origin alone when it has none.
    public static func key(for request: ClientRequest, options: RequestOptions) -> CircuitBreakerKey {
        CircuitBreakerKey(origin: request.origin, name: options.endpoint)
    }

    /// The breaker of a request; nil when no breaker is to see it.
    public func breaker(for request: ClientRequest, options: RequestOptions) -> CircuitBreaker? {
        guard let keyOf else { return registry.breaker(for: Self.key(for: request, options: options)) }
        return keyOf(request, options).map(registry.breaker)
    }

    /// Why a request would be refused now; nil when it would not. Takes no permit.
    func objection(to request: ClientRequest, _ context: RequestContext) -> (any Error)? {
        breaker(for: request, context)?.reject()
    }

    /// Whether an attempt that starts at a later time will be refused, by what is known now.
    func willRefuse(_ request: ClientRequest, _ context: RequestContext, at time: MonotonicTime) -> Bool {
        breaker(for: request, context)?.willRefuse(at: time) ?? false
    }

    /// Registers for the opening of a request's breaker, for a wait further out; throws when it would be refused now.
    /// Nil when no breaker is to see it.
    func watch(
        _ request: ClientRequest,
        _ context: RequestContext,
        onOpen: @escaping @Sendable (ResilientError) -> Void
    ) throws -> CircuitBreaker.Watch? {
        try breaker(for: request, context)?.watch(onOpen)
    }

    /// Handles one attempt.
    @inline(__always)
    public func intercept(
        _ request: ClientRequest,
        context: RequestContext,
        next: Next
    ) async throws -> ClientResponse {
        let breaker = breaker(for: request, context)
        if let shared, let breaker { try await consult(shared, breaker, context) }
        // One call of what is further in, with or without a breaker: room for a second would be held by every attempt.
        let permit = try permit(of: breaker, context)
        do {
            let response = try await next(request, context: context)
            settle(permit, of: breaker, with: response, context)
            return response
        } catch {
            failed(permit, of: breaker, error, context)
            throw error
        }
    }

    // Neither these nor those that end an attempt are inlined, so that one on the wire does not hold the room that they
    // need.

    @inline(never)
    private func consult(_ shared: SharedBreakers, _ breaker: CircuitBreaker, _ context: RequestContext) async throws {
        if !breaker.refuses { try await shared.consult(for: breaker, context: context) }
    }

    @inline(never)
    private func breaker(for request: ClientRequest, _ context: RequestContext) -> CircuitBreaker? {
        guard context.options.bypassesBreaker != true else { return nil }
        return breaker(for: request, options: context.options)
    }

    @inline(never)
    private func failed(
        _ permit: BreakerPermit,
        of breaker: CircuitBreaker?,
        _ error: any Error,
        _ context: RequestContext
    ) {
        guard let breaker else { return }
        settle(permit, of: breaker, as: classifier.result(of: error, context: context))
    }

    /// Made once: nearly every call says so.
    private static let closed = Decision.Outcome.note("closed: passed")

    @inline(never)
    private func permit(of breaker: CircuitBreaker?, _ context: RequestContext) throws -> BreakerPermit {
        guard let breaker else { return .none }
        switch breaker.admit() {
        case .permitted(let permit):
            context.explain(.circuitBreaker, permit.state == .closed ? Self.closed : .note("\(permit.state): passed"))
            return permit
        case .refused(let refusal):
            let error = breaker.error(refusal)
            context.explain(.circuitBreaker, .ended(error.message))
            throw error
        }
    }

    /// The outcome of an attempt that was answered.
    ///
    /// One whose body is still arriving is known when that has ended: streams that always break are failures in a row.
    /// A probe counts by its head, or a service that is well but answers with long streams would stay half-open until
    /// its probes are given up; when its body breaks, that is a failure of its own.
    @inline(never)
    private func settle(
        _ permit: BreakerPermit,
        of breaker: CircuitBreaker?,
        with response: ClientResponse,
        _ context: RequestContext
    ) {
        guard let breaker else { return }
        var result = classifier.result(of: response, date: context.runtime.date)
        guard response.body.isStream, result.kind == .success else {
            // The transport has just looked at the clock.
            return settle(permit, of: breaker, as: result, at: context.call.lastAnswer)
        }
        // How quick a service is, its head says; the body takes as long as there is something to tell.
        if breaker.rules.measuresCalls {
            result.nanoseconds = (context.runtime.now - permit.began).saturatedNanoseconds
        }
        if permit.probe != 0 { settle(permit, of: breaker, as: result) }
        response.body.onEnd { [self, result] outcome in
            let last: BreakerResult
            switch outcome {
            case .complete: last = result
            case .failed(let error): last = classifier.result(of: error, context: context)
            case .cancelled, .dropped: last = .neutral
            }
            if permit.probe == 0 { return settle(permit, of: breaker, as: last) }
            guard last.kind == .failure else { return }
            breaker.recant(permit, last)
            shared?.report(last, of: breaker)
        }
    }

    private func settle(
        _ permit: BreakerPermit,
        of breaker: CircuitBreaker,
        as result: BreakerResult,
        at time: MonotonicTime? = nil
    ) {
        breaker.settle(permit, result, at: time)
        shared?.report(result, of: breaker)
    }
}
