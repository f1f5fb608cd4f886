extension Dependencies {
    /// What would be ignored in silence: a dependency of a stage that the configuration turns off.
    func problems(with configuration: Configuration) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        func need(_ isMet: Bool, _ name: String, _ isGiven: Bool, _ stage: StageName) {
            guard isGiven, !isMet else { return }
            problems.append(
                ConfigurationProblem(
                    path: "dependencies.\(name)",
                    message: "has no effect: the stage '\(stage)' is off"
                )
            )
        }
        let validates = configuration.validation != nil
        need(validates, "validators", !validators.isEmpty, .validation)
        let caches = configuration.cache != nil
        need(caches, "cache_store", cacheStore != nil, .cache)
        need(caches, "cache_decision", cacheDecision != nil, .cache)
        let retries = configuration.retry != nil
        need(retries, "retry_policy", retryPolicy != nil, .retry)
        let breaks = configuration.circuitBreaker != nil
        need(retries || breaks, "failure_class", failureClass != nil, .retry)
        need(breaks, "breaker_key", breakerKey != nil, .circuitBreaker)
        need(breaks, "circuit_breaker_store", circuitBreakerStore != nil, .circuitBreaker)
        need(retries, "refresh_credentials", refreshCredentials != nil, .retry)
        let limits = configuration.rateLimit != nil
        need(limits, "request_cost", requestCost != nil, .rateLimit)
        need(limits, "actual_cost", actualCost != nil, .rateLimit)
        need(limits, "rate_limit_store", rateLimitStore != nil, .rateLimit)
        need(configuration.fallback != nil, "fallbacks", !fallbacks.isEmpty, .fallback)
        need(caches, "fallbacks", fallbacks.contains(where: \.isStale), .cache)
        if let fallback = configuration.fallback, fallback.endpoints.isEmpty, fallbacks.isEmpty {
            problems.append(
                ConfigurationProblem(
                    path: "fallback",
                    message: "names no endpoint, and dependencies.fallbacks is empty"
                )
            )
        }
        return problems
    }
}
