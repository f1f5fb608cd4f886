/// What the stages know, and the means to overrule them.
extension ResilientClient {
    /// What is left of the retry budget: tokens, or retries of the window; nil when there is no bound.
    public var retryBudgetLeft: Double? { stageState.budget?.left(now: runtime.now) }

    /// The circuit breakers by key, for control by hand and for their stream of transitions; nil when the breaker is
    /// off.
    public var circuitBreakers: CircuitBreakerRegistry? { stageState.breakers }

    /// The state of every circuit breaker by its key, such as `https://api.example.com list_users`; empty when the
    /// breaker is off or nothing has been called.
    public func circuitBreakerStatus() -> [String: CircuitBreakerStatus] {
        stageState.breakers?.statuses ?? [:]
    }

    /// The kept answers, to clear them and for their statistics; nil when the cache is off.
    public var cache: ResponseCache? { stageState.cache }

    /// What sharing requests has done and is doing in this client; nil when deduplication is off. Copies of a client
    /// share nothing here: each has flights of its own.
    public func deduplicationStatistics() -> DeduplicationStatistics? {
        pipeline.stages.lazy.compactMap { $0.middleware as? DeduplicationStage }.first?.statistics
    }

    /// The rate limiter, for its status and to put other work under the same limits; nil when it is off.
    public var rateLimiter: RateLimiter? { stageState.limiter }

    /// The admission queue, for its statistics and to run other work under the same limit; nil when admission is off.
    public var queue: PriorityQueue? { stageState.queue }
}
