/// What one request tells an adaptive limit.
struct LimitSample {
    /// From the slot to the answer, in nanoseconds.
    let latency: Int64
    /// How many were under way when it began, itself included.
    let inFlight: Int
    /// Whether the service showed that it has too much to do.
    let isOverload: Bool
    /// The limit's epoch when it began.
    let epoch: Int32
    /// When it ended.
    let now: MonotonicTime
}

/// A rule that finds a limit from samples: state in, limit out, no clock and no lock of its own.
protocol ConcurrencyLimitRule: Sendable {
    /// The limit now, at least 1.
    var limit: Int { get }
    /// Changes whenever what began before says nothing about the limit any more.
    var epoch: Int32 { get }

    /// Takes a sample; one from another epoch is discarded.
    mutating func observe(_ sample: LimitSample)
    /// Begins anew.
    mutating func reset()
}

/// The limit that a configuration asks for.
enum ConcurrencyLimit: ConcurrencyLimitRule {
    case fixed(Int)
    case aimd(AIMDLimit)
    case gradient(GradientLimit)

    init(_ configuration: AdmissionConfiguration) {
        let start = configuration.maxConcurrentRequests
        switch configuration.concurrency.kind {
        case .fixed: self = .fixed(start)
        case .aimd: self = .aimd(AIMDLimit(configuration.concurrency, start: start))
        case .gradient: self = .gradient(GradientLimit(configuration.concurrency, start: start))
        }
    }

    /// Whether it wants to see every request.
    var isAdaptive: Bool {
        if case .fixed = self { false } else { true }
    }

    var limit: Int {
        switch self {
        case .fixed(let limit): limit
        case .aimd(let rule): rule.limit
        case .gradient(let rule): rule.limit
        }
    }

    var epoch: Int32 {
        switch self {
        case .fixed: 0
        case .aimd(let rule): rule.epoch
        case .gradient(let rule): rule.epoch
        }
    }

    mutating func observe(_ sample: LimitSample) {
        switch self {
        case .fixed:
            break
        case .aimd(var rule):
            rule.observe(sample)
            self = .aimd(rule)
        case .gradient(var rule):
            // Taken out, so that its samples are changed in place and not copied.
            self = .fixed(rule.limit)
            rule.observe(sample)
            self = .gradient(rule)
        }
    }

    mutating func reset() {
        switch self {
        case .fixed:
            break
        case .aimd(var rule):
            rule.reset()
            self = .aimd(rule)
        case .gradient(var rule):
            rule.reset()
            self = .gradient(rule)
        }
    }
}
