/// How many requests may be under way at once, and who waits for how long in which order.
///
/// ```swift
/// var admission = AdmissionConfiguration(maxConcurrentRequests: 10, capacity: 50)
/// admission.concurrency = .gradient()
/// ```
public struct AdmissionConfiguration: ConfigurationSection {
    /// The most requests under way at once; with an adaptive limit, the limit to begin with. Default: 10, range: 1 to
    /// 100,000 (acceptance row 196).
    public var maxConcurrentRequests = 10
    /// How that number changes. Default: it is fixed.
    public var concurrency = ConcurrencyLimitConfiguration.fixed
    /// The most requests that wait. Default: 50, range: 1 to 100,000 (acceptance row 197).
    public var capacity = 50
    /// What happens to a request that finds the queue full. Default: it is refused.
    public var overflow = QueueOverflow.rejectNewest
    /// How long a wait counts as much as one level of priority, so that nobody waits for ever behind those who are more
    /// urgent: a low request (2) that has waited twice as long goes before a high one (0) that comes now. Default:
    /// 30 s; nil for strict priority.
    public var ageing: Duration? = .seconds(30)
    /// Refuses a request at once, with `shed`, when by the average time of earlier ones it could not end by its
    /// deadline. Default: true.
    public var shedsLate = true

    /// Makes the default: 10 at once, 50 waiting.
    public init() {}

    /// Makes a configuration with a limit and a capacity.
    public init(maxConcurrentRequests: Int, capacity: Int = 50, overflow: QueueOverflow = .rejectNewest) {
        self.maxConcurrentRequests = maxConcurrentRequests
        self.capacity = capacity
        self.overflow = overflow
    }

    package static let fields: [ConfigurationField<AdmissionConfiguration>] = [
        .number("max_concurrent_requests", \.maxConcurrentRequests, in: ConcurrencyLimitConfiguration.range),
        .section("concurrency", \.concurrency),
        .number("capacity", \.capacity, in: 1...PriorityQueue.mostWaiting),
        .value("overflow", \.overflow),
        .optionalDuration("ageing", \.ageing),
        .value("sheds_late", \.shedsLate),
    ]

    package var contradictions: [ConfigurationProblem] {
        // A limit below its own range has been named already.
        guard concurrency.kind != .fixed, concurrency.min <= concurrency.max, maxConcurrentRequests > 0,
            !(concurrency.min...concurrency.max).contains(maxConcurrentRequests)
        else { return [] }
        return [
            ConfigurationProblem(
                path: "max_concurrent_requests",
                message: "\(maxConcurrentRequests) is not between the limit's min of \(concurrency.min) and max of "
                    + "\(concurrency.max)"
            )
        ]
    }
}
