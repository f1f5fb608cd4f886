/// Whether, when and how much is retried.
///
/// The defaults are those of the AWS SDKs' standard mode for the budget, and of the large vendors' SDKs for the
/// delays: three attempts, full jitter from half a second, a cap of eight.
public struct RetryConfiguration: ConfigurationSection {
    /// The most attempts of a call, the first included. Default: 3, range: 1 to 1000. See also ``retries(_:backoff:)``.
    public var maxAttempts = 3
    /// How long to wait before a retry. Default: exponential from 0.5 s, factor 2, cap 8 s, full jitter.
    public var backoff = Backoff.exponential()
    /// How many retries the client as a whole may send. Default: 500 tokens, see ``RetryBudgetConfiguration``; nil
    /// for no bound.
    public var budget: RetryBudgetConfiguration? = RetryBudgetConfiguration()
    /// The statuses that are retried; nil for the standard: 408, 429 and 5xx but 501.
    public var statuses: Set<Int>?
    /// What is done differently by class of failure: keys are the names of ``FailureClass``. TLS failures and broken
    /// answers are not retried unless a rule says so; exhausted quotas never are.
    public var rules: [FailureClass: RetryRule] = [:]
    /// Heeds `Retry-After`, `retry-after-ms`, `x-should-retry` and the reset of an exhausted limit, which counts only where
    /// there is no `Retry-After`. The delay is the longer of the server's and our own, and a 403 that says when to come back
    /// is retried like a 429. Default: true.
    public var heedsServer = true
    /// The longest delay of a server that is waited for; beyond it the call ends at once with that answer. Default:
    /// 120 s.
    public var maxServerDelay: Duration = .seconds(120)
    /// How much later than a server asks, at most, as a share of what it asks for: so that those who were told the same do
    /// not come back in one instant. Never earlier than told, never more than 5 s later, and within ``maxServerDelay`` and
    /// half of the time that the deadline leaves. Default: 0.5, range: 0 (exactly when told) to 1.
    public var serverJitter = ServerHints.spreadShare
    /// When a request that is not idempotent is sent again. Default: with an `Idempotency-Key`, or when nothing of
    /// it reached the server.
    public var unsafeRequests = UnsafeRequests.ifRepeatable
    /// Gives every request that is not idempotent an `Idempotency-Key` of its own, the same at all its attempts.
    /// Default: false; turn it on for services that honour the field.
    public var generatesIdempotencyKeys = false
    /// A header field that carries the number of the retry, from 0, at every attempt. Default: none.
    public var attemptHeader: String?

    /// When a request that is not idempotent (POST, PATCH …) is sent again.
    public enum UnsafeRequests: String, Sendable, Codable {
        /// Never, not even when nothing of it was sent.
        case never
        /// With an `Idempotency-Key`, or when nothing of it reached the server.
        case ifRepeatable = "if_repeatable"
        /// Also when the server asks for it: `x-should-retry: true`, or 403, 429 and 503 with a `Retry-After`.
        case ifServerAsks = "if_server_asks"
        /// Whenever an idempotent one would be. For services where a repeated POST costs money at worst.
        case always
    }

    static let attemptRange = 1...1000

    /// Makes the default.
    public init() {}

    /// Makes a configuration with so many attempts, the first included.
    public init(maxAttempts: Int, backoff: Backoff = .exponential()) {
        self.maxAttempts = maxAttempts
        self.backoff = backoff
    }

    /// A configuration with so many retries after the first attempt: `retries(2)` is three attempts.
    public static func retries(_ count: Int, backoff: Backoff = .exponential()) -> RetryConfiguration {
        RetryConfiguration(maxAttempts: count < Int.max ? count + 1 : count, backoff: backoff)
    }

    package static let fields: [ConfigurationField<RetryConfiguration>] = [
        .number("max_attempts", \.maxAttempts, in: attemptRange),
        .backoff("backoff", \.backoff),
        .optionalSection("budget", \.budget),
        .optional("statuses", \.statuses) { statuses in
            statuses.allSatisfy((400...599).contains) ? nil : "every status must be from 400 to 599"
        },
        .sections("rules", \.rules),
        .value("heeds_server", \.heedsServer),
        .duration("max_server_delay", \.maxServerDelay, allowsZero: true),
        .number("server_jitter", \.serverJitter, in: 0...1),
        .value("unsafe_requests", \.unsafeRequests),
        .value("generates_idempotency_keys", \.generatesIdempotencyKeys),
        .optional("attempt_header", \.attemptHeader) { name in
            Grammar.isToken(name) ? nil : "is not the name of a header field"
        },
    ]
}
