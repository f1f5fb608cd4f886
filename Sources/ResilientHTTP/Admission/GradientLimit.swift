/// Follows the latency: `limit · g + √(limit · g)` with `g = clamp(baseline · 1.25 / p50, 0.5, 2)` (Envoy's gradient
/// controller), once a window.
///
/// While the service answers as fast as without load, the square root lets the limit grow; when it queues inside, its
/// median rises and the limit falls before anything has to be refused.
///
/// The baseline is the lowest median so far. Under lasting load that would become the latency of a service that is
/// always too busy, and the limit would grow without end; so every ``ConcurrencyLimitConfiguration/baselineInterval``
/// a few answers are measured with few requests at a time. Each such change of the limit begins an epoch.
struct GradientLimit: ConcurrencyLimitRule {
    /// The most latencies that a median is taken from; beyond that the newest replace the oldest.
    static let mostSamples = 128
    /// How many requests may be under way while the baseline is measured, where the limit allows it.
    static let measuringLimit = 3

    private let settings: ConcurrencyLimitConfiguration
    private let start: Int
    private(set) var limit: Int
    private(set) var epoch: Int32 = 0

    private var latencies: [Int64] = []
    private var count = 0
    private var overloads = 0
    private var peakInFlight = 0
    private var windowBegan: MonotonicTime?
    private var baseline: (latency: Int64, measuredAt: MonotonicTime)?
    /// The limit to come back to, while the baseline is measured.
    private var suspendedLimit: Int?

    init(_ settings: ConcurrencyLimitConfiguration, start: Int) {
        self.settings = settings
        self.start = start
        limit = start
    }

    mutating func observe(_ sample: LimitSample) {
        guard sample.epoch == epoch else { return }
        let began = windowBegan ?? sample.now
        windowBegan = began
        peakInFlight = max(peakInFlight, sample.inFlight)
        if sample.isOverload {
            overloads += 1
        } else if latencies.count < Self.mostSamples {
            latencies.append(sample.latency)
        } else {
            latencies[count % Self.mostSamples] = sample.latency
        }
        count += 1
        guard count >= settings.windowSamples else { return }
        if let suspendedLimit {
            endMeasuring(suspendedLimit, now: sample.now)
        } else if sample.now - began >= settings.window {
            endWindow(now: sample.now)
        }
    }

    mutating func reset() {
        limit = start
        baseline = nil
        suspendedLimit = nil
        beginEpoch()
    }

    private var median: Int64? {
        latencies.isEmpty ? nil : max(1, latencies.sorted()[latencies.count / 2])
    }

    private mutating func endWindow(now: MonotonicTime) {
        var new = limit
        if let median {
            let best = min(baseline?.latency ?? median, median)
            baseline = (best, baseline?.measuredAt ?? now)
            let gradient = min(2, max(0.5, Double(best) * settings.tolerance / Double(median)))
            let scaled = Double(limit) * gradient
            new = Int(scaled + scaled.squareRoot())
        }
        // A service that refuses is too busy however fast it does so.
        if overloads > 0 { new = min(new, Int(Double(limit) * settings.backoffRatio)) }
        // A limit that was not used has not been proved.
        if new > limit, 2 * peakInFlight < limit { new = limit }
        limit = min(settings.max, max(settings.min, new))
        beginWindow()
        if let measuredAt = baseline?.measuredAt, now - measuredAt >= settings.baselineInterval {
            suspendedLimit = limit
            limit = min(limit, max(settings.min, Self.measuringLimit))
            beginEpoch()
        }
    }

    private mutating func endMeasuring(_ suspendedLimit: Int, now: MonotonicTime) {
        if let latency = median ?? baseline?.latency { baseline = (latency, now) }
        limit = suspendedLimit
        self.suspendedLimit = nil
        beginEpoch()
    }

    private mutating func beginEpoch() {
        epoch &+= 1
        beginWindow()
    }

    private mutating func beginWindow() {
        latencies.removeAll(keepingCapacity: true)
        count = 0
        overloads = 0
        peakInFlight = 0
        windowBegan = nil
    }
}
