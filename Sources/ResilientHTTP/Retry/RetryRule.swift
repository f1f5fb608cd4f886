/// What is done about one class of failures, where it differs from the rest. Nil changes nothing.
public struct RetryRule: ConfigurationSection {
    /// Whether this class is retried at all. Default: true.
    public var isRetried = true
    /// The most attempts when the last failure is of this class, the first attempt included.
    public var maxAttempts: Int?
    /// What a retry after such a failure takes from the budget.
    public var cost: Double?
    /// How long to wait after such a failure.
    public var backoff: Backoff?

    /// Makes a rule that changes nothing but what is given.
    public init(isRetried: Bool = true, maxAttempts: Int? = nil, cost: Double? = nil, backoff: Backoff? = nil) {
        self.isRetried = isRetried
        self.maxAttempts = maxAttempts
        self.cost = cost
        self.backoff = backoff
    }

    /// Makes a rule that changes nothing.
    public init() {
        self.init(isRetried: true)
    }

    /// The class is never retried.
    public static let never = RetryRule(isRetried: false)

    package static let fields: [ConfigurationField<RetryRule>] = [
        .value("is_retried", \.isRetried),
        .optionalNumber("max_attempts", \.maxAttempts, in: RetryConfiguration.attemptRange),
        .optionalNumber("cost", \.cost, in: 0...1_000_000),
        .optionalBackoff("backoff", \.backoff),
    ]
}
