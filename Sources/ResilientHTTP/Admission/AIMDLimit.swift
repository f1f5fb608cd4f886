/// Additive increase, multiplicative decrease: +1 for an answer, × 0.9 for an overload (Netflix concurrency-limits).
///
/// The requests that were under way at a decrease were sent under the limit that proved too high, so they neither
/// lower nor raise the new one: fifty timeouts of one bad moment count once and not fifty times.
struct AIMDLimit: ConcurrencyLimitRule {
    private let settings: ConcurrencyLimitConfiguration
    private let start: Int
    private(set) var limit: Int
    private(set) var epoch: Int32 = 0

    init(_ settings: ConcurrencyLimitConfiguration, start: Int) {
        self.settings = settings
        self.start = start
        limit = start
    }

    mutating func observe(_ sample: LimitSample) {
        guard sample.epoch == epoch else { return }
        let isSlow = settings.slowAfter.map { sample.latency > $0.saturatedNanoseconds } ?? false
        if sample.isOverload || isSlow {
            limit = max(settings.min, Int(Double(limit) * settings.backoffRatio))
            epoch &+= 1
        } else if 2 * sample.inFlight >= limit {
            // Below that the limit was not what held anybody up, so the answer does not say that more would do.
            limit = min(settings.max, limit + settings.increase)
        }
    }

    mutating func reset() {
        limit = start
        epoch &+= 1
    }
}
