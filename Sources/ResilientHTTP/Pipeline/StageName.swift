/// The name of a stage: where a custom stage goes, and who decided what in an explanation.
public struct StageName: Sendable, Hashable, RawRepresentable, CustomStringConvertible, Codable {
    /// The name as it stands in JSON: snake_case.
    public let rawValue: String

    /// Makes a name, for a custom stage.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The name as it stands in JSON.
    public var description: String { rawValue }

    /// Request grammar, user validators and the security policy.
    public static let validation = Self(rawValue: "validation")
    /// The total timeout of the call.
    public static let deadline = Self(rawValue: "deadline")
    /// Other endpoints and values when the call has failed.
    public static let fallback = Self(rawValue: "fallback")
    /// Redirects.
    public static let redirects = Self(rawValue: "redirects")
    /// The cache of answers.
    public static let cache = Self(rawValue: "cache")
    /// One flight for identical requests.
    public static let deduplication = Self(rawValue: "deduplication")
    /// Retry policy, backoff and budget.
    public static let retry = Self(rawValue: "retry")
    /// A copy of a request whose answer takes long.
    public static let hedging = Self(rawValue: "hedging")
    /// The priority queue and its concurrency limit.
    public static let admission = Self(rawValue: "admission")
    /// The rate limiter.
    public static let rateLimit = Self(rawValue: "rate_limit")
    /// The circuit breaker.
    public static let circuitBreaker = Self(rawValue: "circuit_breaker")
    /// The timeout of each attempt, and the timeouts on the wire.
    public static let attemptTimeout = Self(rawValue: "attempt_timeout")
    /// The transport itself, in explanations; no stage has this name.
    public static let transport = Self(rawValue: "transport")

    /// Every built-in stage in the standard order, outermost first.
    ///
    /// Validation comes first so that nothing invalid costs anything; the deadline bounds all that follows, waits
    /// included; each hop of a redirect passes all that follows it, so that it is retried and timed by itself.
    public static let standardOrder: [StageName] = [
        .validation, .deadline, .fallback, .redirects, .cache, .deduplication, .retry, .hedging, .admission, .rateLimit,
        .circuitBreaker, .attemptTimeout,
    ]
}
