import ResilientHTTP

/// What both clients are set to, as far as each of them can.
struct LaneSettings: Sendable {
    let limits: AttemptLimits
    let seed: UInt64
    /// How many requests the client will send in all.
    let requests: Int
    var retries = true
    var transport = LaneTransport.urlsession
    /// The user has named the server, so plain HTTP to it is what the user wants.
    var allowsPlainHTTP = false
    /// Whether the retry budget is as large as a script of faults demands, or the default one.
    var hasStormBudget = true
    /// The circuit breaker; nil for none.
    var breaker: CircuitBreakerConfiguration?
    /// One request for identical calls; nil for none.
    var deduplication: DeduplicationConfiguration?
    /// The cache; nil for none.
    var cache: CacheConfiguration?
}
