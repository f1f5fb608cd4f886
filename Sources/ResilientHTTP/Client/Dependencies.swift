/// Everything about a client that is not data: its transport, its runtime, and what the program plugs in.
public struct Dependencies: Sendable {
    /// What puts requests on the wire; nil for ``URLSessionTransport`` with the configuration's pool.
    public var transport: (any Transport)?
    /// Whether shutting the client down shuts the transport down. Default: true; false for one that others use too.
    public var ownsTransport = true
    /// Time, chance and background work. Default: the system's.
    public var runtime = ClientRuntime.system
    /// Stages of the program's own, each with its place.
    public var stages: [CustomStage] = []
    /// Rules that every request must meet; they need the validation stage.
    public var validators: [RequestValidator] = []
    /// Where answers are kept; nil for memory. Needs the cache.
    public var cacheStore: (any CacheStore)?
    /// What is kept of a request's answer, where the cache's rules are not to decide. Must be quick. Needs the cache.
    public var cacheDecision: (@Sendable (ClientRequest, RequestContext) -> CacheDecision)?
    /// Whether a failed attempt is followed by another, in place of the configuration's rules.
    public var retryPolicy: (any RetryPolicy)?
    /// The class of errors that are not this package's, so that they can be retried; nil for an error that is no
    /// failure of the service.
    public var failureClass: (@Sendable (any Error) -> FailureClass?)?
    /// Fresh credentials after a 401, kept for later calls; needs the retry stage. Not asked when a redirect or the
    /// caller has led to another origin than the first request's or the base URL's: that server must not get them.
    public var refreshCredentials: CredentialRefresher?
    /// What a request costs at the rate limits before it is sent, such as the tokens of a prompt, where the call's
    /// options do not say; nil for 1. Needs the rate limiter.
    public var requestCost: (@Sendable (ClientRequest, RequestContext) -> Int?)?
    /// What a call really cost, from its answer; the difference is taken or given back. Nil, or an answer that is
    /// streamed, leaves the estimate. Needs the rate limiter.
    public var actualCost: (@Sendable (ClientResponse, RequestContext) -> Int?)?
    /// The limits that several processes share. Default: none. Needs the rate limiter.
    public var rateLimitStore: (any RateLimitStore)?
    /// The key under which the circuit breaker counts a request; nil for a request that no breaker is to see. Default:
    /// the origin and the endpoint's name. Needs the circuit breaker.
    public var breakerKey: CircuitBreakerStage.KeyOf?
    /// What other processes know about the services' circuits. Default: nothing. Needs the circuit breaker.
    public var circuitBreakerStore: (any CircuitBreakerStore)?
    /// What answers a call that failed, in this order, after the configuration's endpoints; needs the fallback stage.
    public var fallbacks: [Fallback] = []
    /// Told about what is doubtful but not refused, such as a token that cannot be one or a setting that is read otherwise
    /// than it is written. Must be quick.
    public var onWarning: (@Sendable (String) -> Void)?

    /// Makes the default: URLSession and the system's runtime.
    public init(transport: (any Transport)? = nil, runtime: ClientRuntime = .system) {
        self.transport = transport
        self.runtime = runtime
    }
}
