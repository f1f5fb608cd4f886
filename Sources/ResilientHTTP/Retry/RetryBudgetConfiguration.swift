/// How many retries a client may send in all, so that a failing service does not get three times its load.
public struct RetryBudgetConfiguration: ConfigurationSection {
    /// How the budget is counted. Default: ``Kind/tokens``.
    public var kind = Kind.tokens
    /// Tokens: the size of the bucket, full at the start. Default: 500.
    public var capacity = 500.0
    /// Tokens: what a retry takes. Default: 5. A success after a retry gives it back.
    public var cost = 5.0
    /// Tokens: what a retry after a timeout takes. Default: 10.
    public var timeoutCost = 10.0
    /// Tokens: what a success at the first attempt adds. Default: 1.
    public var successRefill = 1.0
    /// Ratio: retries allowed per call of the window. Default: 0.2.
    public var ratio = 0.2
    /// Ratio: the time over which calls and retries are counted. Default: 10 s.
    public var window: Duration = .seconds(10)
    /// Ratio: retries per window that are always allowed, for clients with little traffic. Default: 10.
    public var floor = 10

    /// How a budget is counted.
    public enum Kind: String, Sendable, Codable {
        /// A bucket of tokens that retries take from and successes fill, as in the AWS SDKs.
        case tokens
        /// A share of the calls of a sliding window, as in Finagle and Envoy. A retry that succeeds counts like any other.
        case ratio
    }

    /// Makes the default: 500 tokens.
    public init() {}

    /// A bucket of tokens.
    public static func tokens(
        capacity: Double = 500,
        cost: Double = 5,
        timeoutCost: Double = 10,
        successRefill: Double = 1
    ) -> RetryBudgetConfiguration {
        var budget = RetryBudgetConfiguration()
        budget.capacity = capacity
        budget.cost = cost
        budget.timeoutCost = timeoutCost
        budget.successRefill = successRefill
        return budget
    }

    /// A share of the calls of a sliding window, with a floor.
    public static func ratio(
        _ ratio: Double = 0.2,
        window: Duration = .seconds(10),
        floor: Int = 10
    ) -> RetryBudgetConfiguration {
        var budget = RetryBudgetConfiguration()
        budget.kind = .ratio
        budget.ratio = ratio
        budget.window = window
        budget.floor = floor
        return budget
    }

    package static let fields: [ConfigurationField<RetryBudgetConfiguration>] = [
        .value("kind", \.kind),
        .number("capacity", \.capacity, in: 0...1_000_000_000),
        .number("cost", \.cost, in: 0...1_000_000),
        .number("timeout_cost", \.timeoutCost, in: 0...1_000_000),
        .number("success_refill", \.successRefill, in: 0...1_000_000),
        .number("ratio", \.ratio, in: 0...100),
        .duration("window", \.window),
        .number("floor", \.floor, in: 0...1_000_000),
    ]
}
