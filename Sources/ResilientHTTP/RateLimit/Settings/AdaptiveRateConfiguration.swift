/// The adaptive mode of the AWS SDKs: no limit until the server throttles, then a rate that follows a cubic curve,
/// down at every throttling and up again towards and beyond the rate at which it happened.
public struct AdaptiveRateConfiguration: ConfigurationSection {
    /// What of the rate is left after a throttling. Default: 0.7; range: 0.01 to 0.99.
    public var beta = 0.7
    /// How fast the rate grows back: the constant of the cubic. Default: 0.4; range: 0.001 to 1000.
    public var scale = 0.4
    /// The weight of the latest measured rate against those before. Default: 0.8; range: 0.01 to 1.
    public var smoothing = 0.8
    /// The lowest rate a second. Default: 0.5; range: 0.001 to 10⁶.
    public var minimumRate = 0.5
    /// The statuses that mean throttling. Default: 429 and 503.
    public var statuses: Set<Int> = [429, 503]
    /// Whose calls share a rate. Default: all calls of the client.
    public var scope = RateLimitScope.client
    /// How many keys are kept apart at once. Default: 10,000, range: 1 to 10⁷.
    public var maxKeys = 10_000

    /// Makes the defaults of the AWS SDKs.
    public init() {}

    package static let fields: [ConfigurationField<AdaptiveRateConfiguration>] = [
        .number("beta", \.beta, in: 0.01...0.99),
        .number("scale", \.scale, in: 0.001...1000),
        .number("smoothing", \.smoothing, in: 0.01...1),
        .number("minimum_rate", \.minimumRate, in: 0.001...1_000_000),
        .value("statuses", \.statuses) { statuses in
            statuses.allSatisfy((400...599).contains) ? nil : "every status must be from 400 to 599"
        },
        .value("scope", \.scope) { $0.problem },
        .number("max_keys", \.maxKeys, in: 1...10_000_000),
    ]
}
