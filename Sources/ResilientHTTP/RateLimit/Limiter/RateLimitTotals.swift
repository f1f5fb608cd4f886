/// What a limiter has done since it was made.
public struct RateLimitTotals: Sendable, Hashable, Codable {
    /// Calls that got what they asked for, at once or after a wait.
    public var granted = 0
    /// Calls that were refused, at once or when their wait was up.
    public var rejected = 0
    /// Calls that had to wait.
    public var waited = 0
    /// Calls that got their turn and gave it back: cancelled, or refused further on before anything was sent.
    public var refunded = 0
    /// Keys that were forgotten because there were too many.
    public var evicted = 0
    /// Answers of the shared store that did not come, came too late, or were errors.
    public var storeFailures = 0

    /// Makes totals of nothing.
    public init() {}

    private enum CodingKeys: String, CodingKey {
        case granted, rejected, waited, refunded, evicted
        case storeFailures = "store_failures"
    }
}
