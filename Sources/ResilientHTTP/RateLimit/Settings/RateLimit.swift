/// One limit: how much, over what time, counted how, for whom.
///
/// ```swift
/// RateLimit(requests: 50, per: .seconds(60))                       // a sliding window over the whole client
/// RateLimit.tokenBucket(rate: 10, burst: 20, scope: .model)        // ten a second, each model for itself
/// RateLimit(cost: 90_000, per: .seconds(60), scope: .credential)   // tokens a minute: the calls say their cost
/// ```
public struct RateLimit: ConfigurationSection {
    /// How the limit is kept. Default: ``Algorithm/tokenBucket``.
    public var algorithm = Algorithm.tokenBucket
    /// How much there is in a period: what a bucket gains, what a window admits. Default: 10, range: 1 to 10⁹.
    public var limit = 10
    /// The period. Default: 1 s.
    public var per: Duration = .seconds(1)
    /// Buckets: the most that is saved up, and so the most at once. Default: as much as ``limit``; range: 1 to 10⁹.
    public var burst: Int?
    /// What is there at first. Default: everything; range: 0 to the burst or limit.
    public var initial: Int?
    /// Whose calls share the limit. Default: all calls of the client.
    public var scope = RateLimitScope.client
    /// What a call takes. Default: ``Measure/cost``, which is 1 unless the call says otherwise.
    public var counts = Measure.cost
    /// How many keys are kept apart at once; beyond it the one that was used longest ago, and for which nobody waits,
    /// is forgotten and starts anew when it comes back. Default: 10,000, range: 1 to 10⁷.
    public var maxKeys = 10_000

    /// How a limit is kept.
    public enum Algorithm: String, Sendable, Codable {
        /// Refilled evenly, with bursts up to what has been saved up.
        case tokenBucket = "token_bucket"
        /// Never more than the limit in any period, wherever it begins.
        case slidingWindow = "sliding_window"
        /// Periods one after the other; two neighbouring ones may hold twice the limit across their border.
        case fixedWindow = "fixed_window"
    }

    /// What a call takes from a limit.
    public enum Measure: String, Sendable, Codable {
        /// One for each attempt, whatever it costs.
        case requests
        /// The call's cost, such as the tokens of a prompt; 1 when nobody says.
        case cost
    }

    /// Makes the default: a bucket of 10 a second.
    public init() {}

    /// So many requests in any period, as a sliding window unless another algorithm is named.
    public init(
        requests: Int,
        per period: Duration,
        algorithm: Algorithm = .slidingWindow,
        scope: RateLimitScope = .client
    ) {
        (self.algorithm, limit, per, self.scope, counts) = (algorithm, requests, period, scope, .requests)
    }

    /// So much cost in any period, such as a provider's tokens per minute.
    public init(
        cost: Int,
        per period: Duration,
        algorithm: Algorithm = .tokenBucket,
        scope: RateLimitScope = .client
    ) {
        (self.algorithm, limit, per, self.scope, counts) = (algorithm, cost, period, scope, .cost)
    }

    /// A bucket that gains `rate` a second and saves up to `burst` of it.
    ///
    /// The rate may be fractional and is kept exactly, to nine decimal places. Default burst: twice the rate, at
    /// least 1 (specification row 118). A rate of zero, below, or that is no number is refused when it is used.
    public static func tokenBucket(
        rate: Double,
        burst: Int? = nil,
        initial: Int? = nil,
        scope: RateLimitScope = .client,
        counts: Measure = .cost
    ) -> RateLimit {
        var limit = RateLimit()
        (limit.limit, limit.per) = fraction(of: rate)
        limit.burst = burst ?? max(1, Int(min(max(rate.isNaN ? 0 : rate * 2, 0), 1e9).rounded()))
        (limit.initial, limit.scope, limit.counts) = (initial, scope, counts)
        return limit
    }

    /// A rate as whole tokens in a power of ten of seconds; no tokens for what is no rate.
    private static func fraction(of rate: Double) -> (tokens: Int, period: Duration) {
        guard rate.isFinite, rate > 0 else { return (0, .seconds(1)) }
        guard rate < 1e9 else { return (rate == 1e9 ? 1_000_000_000 : .max, .seconds(1)) }
        var (scaled, seconds) = (rate, 1)
        while scaled.rounded() != scaled, seconds < 1_000_000_000, scaled * 10 <= 1e9 {
            seconds *= 10
            // Not the last product times ten, which would gather errors.
            scaled = rate * Double(seconds)
            if scaled > 0.5, (scaled - scaled.rounded()).magnitude < 1e-6 { scaled.round() }
        }
        return (Int(scaled.rounded()), .seconds(seconds))
    }

    /// The most that one call can ever take.
    var capacity: Int { algorithm == .tokenBucket ? burst ?? limit : limit }

    private static let range = 1...1_000_000_000

    package static let fields: [ConfigurationField<RateLimit>] = [
        .value("algorithm", \.algorithm),
        .number("limit", \.limit, in: range),
        .duration("per", \.per),
        .optionalNumber("burst", \.burst, in: range),
        .optionalNumber("initial", \.initial, in: 0...range.upperBound),
        .value("scope", \.scope) { $0.problem },
        .value("counts", \.counts),
        .number("max_keys", \.maxKeys, in: 1...10_000_000),
    ]

    package var contradictions: [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if burst != nil, algorithm != .tokenBucket {
            problems.append(ConfigurationProblem(path: "burst", message: "only a token bucket has one"))
        }
        if let initial, initial > capacity {
            problems.append(
                ConfigurationProblem(path: "initial", message: "\(initial) is more than there is room for, \(capacity)")
            )
        }
        if per > .longest {
            problems.append(ConfigurationProblem(path: "per", message: "is longer than 10⁹ seconds"))
        }
        return problems
    }
}
