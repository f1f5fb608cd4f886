/// When a second copy of a request is sent while the first has not been answered: it cuts the slowest answers off.
///
/// Only what may be sent twice is hedged: idempotent methods and requests with an `Idempotency-Key`, whose body can be
/// replayed; downloads to a file are not. The first good answer counts and the other requests are cancelled. Every copy is
/// paid for from the retry budget, so that a service that is slow because it is overloaded does not get twice its load.
public struct HedgingConfiguration: ConfigurationSection {
    /// The most copies beside the first request. Default: 1, range: 1 to 10.
    public var maxHedges = 1
    /// How long an answer is waited for before the next copy is sent. Default: nil, then ``quantile`` decides.
    public var delay: Duration?
    /// Without a fixed delay: the share of answers that came faster than the delay, of the last 200 of the same
    /// endpoint. Default: 0.95, so that about one request in twenty is sent twice.
    public var quantile = 0.95
    /// The delay until 20 answers have been seen. Default: 1 s.
    public var initialDelay: Duration = .seconds(1)
    /// The shortest delay that the quantile may give. Default: 10 ms.
    public var minDelay: Duration = .milliseconds(10)
    /// The longest delay that the quantile may give. Default: 10 s.
    public var maxDelay: Duration = .seconds(10)

    /// Makes the default: one copy, after as long as 95 % of the answers take.
    public init() {}

    /// Copies after a fixed delay.
    public init(maxHedges: Int = 1, delay: Duration) {
        self.maxHedges = maxHedges
        self.delay = delay
    }

    package static let fields: [ConfigurationField<HedgingConfiguration>] = [
        .number("max_hedges", \.maxHedges, in: 1...10),
        .optionalDuration("delay", \.delay, allowsZero: true),
        .number("quantile", \.quantile, in: 0.5...0.999),
        .duration("initial_delay", \.initialDelay),
        .duration("min_delay", \.minDelay),
        .duration("max_delay", \.maxDelay),
    ]

    package var contradictions: [ConfigurationProblem] {
        guard minDelay > maxDelay else { return [] }
        return [
            ConfigurationProblem(
                path: "min_delay",
                message: "\(minDelay.decimalSeconds) s is longer than max_delay, \(maxDelay.decimalSeconds) s"
            )
        ]
    }
}
