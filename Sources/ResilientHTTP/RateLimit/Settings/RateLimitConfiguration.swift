/// How fast a client may send: its limits, what happens beyond them, and what it learns from the server.
///
/// ```swift
/// var limits = RateLimitConfiguration(["requests": RateLimit(requests: 50, per: .seconds(60))])
/// limits.onLimit = .waitUpTo(.seconds(5))
/// ```
public struct RateLimitConfiguration: ConfigurationSection {
    /// The limits by name. All of them must admit a call; it takes from all or from none. Default: none, so that only
    /// what the server says counts.
    public var limits: [Name: RateLimit] = [:]
    /// A further limit in one number: so many requests a second over the whole client, as a bucket of twice that
    /// (specification row 121). Default: none.
    public var defaultRate: Double?
    /// What happens to a call for which nothing is left. Default: it waits, within its deadline.
    public var onLimit = RateLimitWaiting.wait
    /// The most calls that wait at once; one more fails at once. Default: 10,000, range: 0 to 10⁶.
    public var maxWaiters = 10_000
    /// Heeds `RateLimit`, `x-ratelimit-*`, their relatives, and `Retry-After` of 403, 429 and 503, which counts where it
    /// stands beside the others: they lower what is left for every call of the same key and never raise it above the
    /// limit. Default: true.
    public var heedsServer = true
    /// The longest that the server's word holds, and that a debt blocks. Default: 120 s.
    public var maxServerDelay: Duration = .seconds(120)
    /// For whom the server's word holds where no limit of ours matches it. Default: calls to the same origin with the
    /// same credentials.
    public var serverScope = RateLimitScope.all(.origin, .credential)
    /// The adaptive mode of the AWS SDKs, beside the limits. Default: off.
    public var adaptive: AdaptiveRateConfiguration?
    /// What a call does when the shared store fails or does not answer. Default: it goes on without the limits.
    public var onStoreFailure = StoreFailure.admit
    /// How long an answer of the shared store is waited for. Default: 0.1 s.
    public var storeTimeout: Duration = .milliseconds(100)

    /// The name of a limit: what errors, explanations and status call it.
    public struct Name: Sendable, Hashable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
        /// The name.
        public let rawValue: String

        /// Makes a name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Makes a name from a literal.
        public init(stringLiteral value: String) {
            rawValue = value
        }

        /// The name.
        public var description: String { rawValue }
    }

    /// What a call does when the shared store fails.
    public enum StoreFailure: String, Sendable, Codable {
        /// It goes on without the limits of the store: an ill store must not take the service down.
        case admit
        /// It fails with `rateLimited`: the limits must hold whatever happens.
        case refuse
    }

    /// Makes a configuration without limits.
    public init() {}

    /// Makes a configuration with limits.
    public init(_ limits: [Name: RateLimit], onLimit: RateLimitWaiting = .wait) {
        self.limits = limits
        self.onLimit = onLimit
    }

    package static let fields: [ConfigurationField<RateLimitConfiguration>] = [
        .sections("limits", \.limits),
        .optionalNumber("default_rate", \.defaultRate, in: 1e-6...1e9),
        .value("on_limit", \.onLimit) { $0.problem },
        .number("max_waiters", \.maxWaiters, in: 0...1_000_000),
        .value("heeds_server", \.heedsServer),
        .duration("max_server_delay", \.maxServerDelay, allowsZero: true),
        .value("server_scope", \.serverScope) { $0.problem },
        .optionalSection("adaptive", \.adaptive),
        .value("on_store_failure", \.onStoreFailure),
        .duration("store_timeout", \.storeTimeout),
    ]

    package var contradictions: [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        for name in limits.keys where name.rawValue.isEmpty || !Grammar.isFieldValue(name.rawValue) {
            problems.append(
                ConfigurationProblem(path: "limits", message: "a name is empty or contains control characters")
            )
        }
        if defaultRate != nil, limits[Self.defaultName] != nil {
            problems.append(
                ConfigurationProblem(
                    path: "default_rate",
                    message: "is the limit '\(Self.defaultName)', which is also among the limits; leave one of them out"
                )
            )
        }
        return problems
    }

    private static let defaultName: Name = "default"

    /// All limits in the order of their names, the one of ``defaultRate`` included.
    var allLimits: [(name: String, limit: RateLimit)] {
        var all = limits
        if let defaultRate { all[Self.defaultName] = .tokenBucket(rate: defaultRate, counts: .requests) }
        return all.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key.rawValue, $0.value) }
    }
}
