/// What the stages of a client remember from call to call: kept by a copy of the client as far as its settings are the
/// same.
struct StageState: Sendable {
    private let budgetSettings: RetryBudgetConfiguration?
    let budget: RetryBudget?
    /// The client's: the queue's own change when it is reconfigured.
    private let queueSettings: AdmissionConfiguration?
    let queue: PriorityQueue?
    let limiter: RateLimiter?
    let breakers: CircuitBreakerRegistry?
    let cache: ResponseCache?
    let credentials: CredentialTable

    /// The state for a configuration, taken over from an earlier client where it can be.
    ///
    /// The budget is kept also when other retry settings change: a copy with more attempts must not come with a fresh
    /// budget, or copying a client would be a way around it.
    init(_ configuration: Configuration, _ dependencies: Dependencies, previous: StageState?) throws {
        let runtime = dependencies.runtime
        credentials = previous?.credentials ?? CredentialTable()
        func kept<Settings: Equatable, State>(
            _ settings: Settings?,
            _ state: State?,
            _ stateSettings: Settings?,
            _ make: (Settings) throws -> State
        ) rethrows -> State? {
            guard let settings else { return nil }
            if let state, stateSettings == settings { return state }
            return try make(settings)
        }
        budgetSettings = configuration.retry?.budget
        budget = kept(budgetSettings, previous?.budget, previous?.budgetSettings) { RetryBudget($0) }
        queueSettings = configuration.admission
        queue = try kept(queueSettings, previous?.queue, previous?.queueSettings) {
            try PriorityQueue($0, runtime: runtime)
        }
        limiter = try kept(configuration.rateLimit, previous?.limiter, previous?.limiter?.configuration) {
            try RateLimiter($0, runtime: runtime, store: dependencies.rateLimitStore)
        }
        breakers = try kept(configuration.circuitBreaker, previous?.breakers, previous?.breakers?.configuration) {
            for warning in $0.warnings { dependencies.onWarning?(warning) }
            return try CircuitBreakerRegistry($0, runtime: runtime)
        }
        cache = try kept(configuration.cache, previous?.cache, previous?.cache?.configuration) {
            try ResponseCache($0, store: dependencies.cacheStore, runtime: runtime)
        }
    }
}
