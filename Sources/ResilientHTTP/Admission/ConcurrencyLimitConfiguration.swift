/// How the number of requests that may be under way at once is found.
///
/// A fixed limit is as good as the guess behind it. The adaptive ones start at
/// ``AdmissionConfiguration/maxConcurrentRequests`` and follow what the service can take: ``Kind/aimd`` by its refusals,
/// ``Kind/gradient`` by its latency, before it has to refuse.
public struct ConcurrencyLimitConfiguration: ConfigurationSection {
    /// How the limit is found. Default: fixed.
    public var kind = Kind.fixed
    /// Adaptive: the lowest limit. Default: 1, range: 1 to 100,000.
    public var min = 1
    /// Adaptive: the highest limit. Default: 200, range: 1 to 100,000.
    public var max = 200
    /// AIMD: what an overload multiplies the limit by. Default: 0.9, range: 0.1 to 0.99.
    public var backoffRatio = 0.9
    /// AIMD: what an answer adds while at least half of the limit is in use. Default: 1, range: 1 to 100.
    public var increase = 1
    /// AIMD: an answer that takes longer counts as an overload. Default: none.
    public var slowAfter: Duration?
    /// Gradient: how many times its latency without load a service may take before the limit falls. Default: 1.25,
    /// range: 1 to 10.
    public var tolerance = 1.25
    /// Gradient: how often the limit moves at most. Default: 1 s.
    public var window: Duration = .seconds(1)
    /// Gradient: how many answers a move needs. Default: 10, range: 1 to 100.
    public var windowSamples = 10
    /// Gradient: how often the latency without load is measured anew, with few requests at a time. Default: 60 s.
    public var baselineInterval: Duration = .seconds(60)

    /// How a limit is found.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// It stays as it is set.
        case fixed
        /// Additive increase, multiplicative decrease, as TCP does it (Netflix concurrency-limits).
        case aimd
        /// By the ratio of the latency without load to that of now (Envoy's gradient controller).
        case gradient
    }

    static let range = 1...100_000

    /// Makes the default: fixed.
    public init() {}

    /// A limit that stays as it is set.
    public static let fixed = ConcurrencyLimitConfiguration()

    /// A limit that grows by answers and falls by overloads: 429, 503, 504, lost and refused connections, attempt
    /// timeouts.
    public static func aimd(
        min: Int = 1,
        max: Int = 200,
        backoffRatio: Double = 0.9,
        slowAfter: Duration? = nil
    ) -> ConcurrencyLimitConfiguration {
        var limit = ConcurrencyLimitConfiguration()
        limit.kind = .aimd
        limit.min = min
        limit.max = max
        limit.backoffRatio = backoffRatio
        limit.slowAfter = slowAfter
        return limit
    }

    /// A limit that follows the latency.
    public static func gradient(min: Int = 1, max: Int = 200, tolerance: Double = 1.25) -> ConcurrencyLimitConfiguration
    {
        var limit = ConcurrencyLimitConfiguration()
        limit.kind = .gradient
        limit.min = min
        limit.max = max
        limit.tolerance = tolerance
        return limit
    }

    package static let fields: [ConfigurationField<ConcurrencyLimitConfiguration>] = [
        .value("kind", \.kind),
        .number("min", \.min, in: range),
        .number("max", \.max, in: range),
        .number("backoff_ratio", \.backoffRatio, in: 0.1...0.99),
        .number("increase", \.increase, in: 1...100),
        .optionalDuration("slow_after", \.slowAfter),
        .number("tolerance", \.tolerance, in: 1...10),
        .duration("window", \.window),
        .number("window_samples", \.windowSamples, in: 1...100),
        .duration("baseline_interval", \.baselineInterval),
    ]

    package var contradictions: [ConfigurationProblem] {
        guard min > max else { return [] }
        return [ConfigurationProblem(path: "min", message: "\(min) is above the max of \(max)")]
    }
}
