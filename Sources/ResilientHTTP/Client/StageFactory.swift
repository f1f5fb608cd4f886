/// Builds the built-in stages of a configuration around their state.
struct StageFactory {
    let configuration: Configuration
    let dependencies: Dependencies
    let state: StageState
    let background: BackgroundCalls

    /// Throws a configuration error for an order that does not fit the stages.
    func makeStages() throws -> [Stage] {
        let policy = configuration.validation.map(URLPolicy.init)
        let breaker = makeBreaker()
        let cache = makeCache()
        let stages: [(StageName, (any Middleware)?)] = [
            (.validation, makeValidation()),
            (.deadline, configuration.timeouts.total.map { DeadlineStage(total: $0) }),
            (.fallback, makeFallback(policy, cache)),
            (.redirects, configuration.redirects.map { RedirectStage(configuration: $0, policy: policy) }),
            (.cache, cache),
            (.deduplication, configuration.deduplication.map { DeduplicationStage($0) }),
            (.retry, makeRetry(breaker)),
            (.hedging, makeHedging()),
            (.admission, makeAdmission(breaker)),
            (.rateLimit, makeRateLimit(breaker)),
            (.circuitBreaker, breaker),
            (
                .attemptTimeout,
                configuration.timeouts.boundsAttempts ? AttemptTimeoutStage(timeouts: configuration.timeouts) : nil
            ),
        ]
        return try StageArrangement.arrange(
            stages.compactMap { name, stage in stage.map { Stage(name, $0) } },
            custom: dependencies.stages,
            order: configuration.order
        )
    }

    private func makeValidation() -> ValidationStage? {
        configuration.validation.map {
            ValidationStage(configuration: $0, validators: dependencies.validators, warn: dependencies.onWarning)
        }
    }

    private func makeFallback(_ policy: URLPolicy?, _ cache: CacheStage?) -> FallbackStage? {
        var stale: FallbackStage.Stale?
        if let cache { stale = { try await cache.anyStored(for: $0, $1) } }
        return configuration.fallback.map {
            FallbackStage(
                $0,
                dependencies.fallbacks,
                baseURL: configuration.baseURL,
                policy: policy,
                crossOriginFields: CrossOriginFields(configuration.redirects),
                stale: stale
            )
        }
    }

    private func makeCache() -> CacheStage? {
        state.cache.map {
            CacheStage($0, decide: dependencies.cacheDecision, budget: state.budget, background: background)
        }
    }

    private func makeRetry(_ breaker: CircuitBreakerStage?) -> RetryStage? {
        configuration.retry.map {
            RetryStage(
                $0,
                budget: state.budget,
                policy: dependencies.retryPolicy,
                failureClass: dependencies.failureClass,
                credentials: dependencies.refreshCredentials.map {
                    CredentialRenewal(refresher: $0, table: state.credentials)
                },
                willRefuse: foresight(of: breaker)
            )
        }
    }

    private func foresight(of breaker: CircuitBreakerStage?) -> RetryStage.Foresight? {
        guard let breaker else { return nil }
        return { request, context, time in breaker.willRefuse(request, context, at: time) }
    }

    private func makeHedging() -> HedgingStage? {
        configuration.hedging.map {
            let classifier = FailureClassifier(
                retryableStatuses: configuration.retry?.statuses,
                heedsServer: configuration.retry?.heedsServer ?? true,
                custom: dependencies.failureClass
            )
            return HedgingStage($0, budget: state.budget, classifier: classifier)
        }
    }

    private func makeAdmission(_ breaker: CircuitBreakerStage?) -> AdmissionStage? {
        state.queue.map { queue in
            AdmissionStage(
                queue: queue,
                priority: { $0.options.priority ?? .normal },
                // A copy is worth a free slot, not a place before others.
                mayWait: { !$0.isHedge },
                objection: { breaker?.objection(to: $0, $1) },
                watch: { try breaker?.watch($0, $1, onOpen: $2) }
            )
        }
    }

    private func makeRateLimit(_ breaker: CircuitBreakerStage?) -> RateLimitStage? {
        // What a streamed answer cost is not known with its head.
        var actualCost: RateLimitStage.ActualCost?
        if let cost = dependencies.actualCost {
            actualCost = { response, context in response.body.isStream ? nil : cost(response, context) }
        }
        return state.limiter.map { limiter in
            RateLimitStage(
                limiter,
                estimate: dependencies.requestCost,
                actualCost: actualCost,
                isRefusedNow: { breaker?.objection(to: $0, $1) },
                watch: { try breaker?.watch($0, $1, onOpen: $2) }
            )
        }
    }

    private func makeBreaker() -> CircuitBreakerStage? {
        state.breakers.map { breakers in
            let timeouts = configuration.timeouts
            return CircuitBreakerStage(
                registry: breakers,
                attemptTimeout: [timeouts.attempt, timeouts.total].compactMap { $0 }.min(),
                keyOf: dependencies.breakerKey,
                store: dependencies.circuitBreakerStore,
                failureClass: dependencies.failureClass
            )
        }
    }
}
