import ResilientHTTP

/// The traces' fields of a rate limiter, as one of the library's meters.
struct LimiterSettings {
    static let keys = ["capacity", "refill_per_s", "initial", "limit_for_period", "period_ms"]

    private var config: TraceConfig
    private let hasPeriods: Bool

    init(_ json: JSON?) {
        config = TraceConfig(json, known: Self.keys)
        hasPeriods = config.has("limit_for_period") || config.has("period_ms")
    }

    /// Makes the meter at the zero of the clock. Throws one configuration error that lists every problem under the names
    /// of the fields.
    mutating func meter() throws -> LimiterMeter {
        if hasPeriods {
            config.refuse(
                ["capacity", "refill_per_s", "initial"],
                because: "is for a bucket, and limit_for_period for periods"
            )
            for field in ["limit_for_period", "period_ms"] where !config.has(field) {
                config.refuse(field, "is missing")
            }
            let limit = config.integer("limit_for_period", sets: "limit") ?? 1
            let period = config.time("period_ms", unit: 1e6, sets: "per") ?? .seconds(1)
            return try config.make { .periods(try FixedWindow(limit: limit, per: period, now: .zero)) }
        }
        for field in ["capacity", "refill_per_s"] where !config.has(field) { config.refuse(field, "is missing") }
        let capacity = config.integer("capacity", sets: "burst", "capacity") ?? 1
        let rate = config.number("refill_per_s", in: 1e-9...1e9, sets: "limit", "per") ?? 1
        // The library's own way from a rate to whole tokens in a period.
        let limit = RateLimit.tokenBucket(rate: rate)
        let initial = config.isText("initial", "full") ? nil : config.integer("initial", sets: "initial")
        return try config.make {
            .bucket(
                try TokenBucket(capacity: capacity, tokens: limit.limit, per: limit.per, initial: initial, now: .zero)
            )
        }
    }
}

/// The algorithm that the fields name.
enum LimiterMeter: Sendable {
    case bucket(TokenBucket)
    case periods(FixedWindow)

    mutating func take(_ count: Int, now: MonotonicTime) -> RateVerdict {
        switch self {
        case .bucket(var meter):
            defer { self = .bucket(meter) }
            return meter.take(count, now: now)
        case .periods(var meter):
            defer { self = .periods(meter) }
            return meter.take(count, now: now)
        }
    }
}
