import ResilientHTTP

/// The traces' fields of a circuit breaker, as the library's configuration.
struct BreakerSettings {
    static let keys = [
        "window", "window_size", "minimum_calls", "failure_rate_threshold", "slow_call_rate_threshold", "slow_call_ms",
        "wait_open_ms", "half_open_calls", "failure_threshold", "open_duration_s", "success_threshold",
    ]

    private enum Window: String, CaseIterable {
        case consecutive
        case count
        case time = "time_s"
    }

    private var config: TraceConfig
    private var settings = CircuitBreakerConfiguration()

    init(_ json: JSON?) {
        config = TraceConfig(json, known: Self.keys)
        // No field bounds the half-open state, so it has no bound here.
        settings.halfOpenTimeout = .seconds(1_000_000_000)
        readWindow()
        readOpenTime()
        readProbes()
    }

    /// Throws one configuration error that lists every problem under the names of the fields.
    func breaker(_ runtime: ClientRuntime) throws -> CircuitBreaker {
        try config.make { try CircuitBreaker(settings, runtime: runtime) }
    }

    private mutating func readWindow() {
        let window = config.choice("window") ?? Window.consecutive
        if window == .consecutive {
            settings.failureThreshold = config.integer("failure_threshold", sets: "failure_threshold") ?? 5
            config.refuse(
                ["window_size", "minimum_calls", "failure_rate_threshold", "slow_call_rate_threshold", "slow_call_ms"],
                because: "needs a window of count or time_s"
            )
            return
        }
        config.refuse(["failure_threshold"], because: "is for consecutive failures; rates have failure_rate_threshold")
        switch window {
        case .count:
            settings.window = .count
            if let size = config.integer("window_size", sets: "window_size") { settings.windowSize = size }
        default:
            settings.window = .time
            if let time = config.time("window_size", unit: 1e9, sets: "window_time") { settings.windowTime = time }
        }
        if let calls = config.integer("minimum_calls", sets: "minimum_calls") { settings.minimumCalls = calls }
        if let rate = config.number("failure_rate_threshold", in: 0...100, sets: "failure_rate") {
            settings.failureRate = rate / 100
        }
        if let rate = config.number("slow_call_rate_threshold", in: 0...100, sets: "slow_call_rate") {
            settings.slowCallRate = rate / 100
        }
        if let time = config.time("slow_call_ms", unit: 1e6, sets: "slow_call_duration") {
            settings.slowCallDuration = time
        }
    }

    private mutating func readOpenTime() {
        if config.has("wait_open_ms") { config.refuse(["open_duration_s"], because: "wait_open_ms is given, too") }
        let milliseconds = config.time("wait_open_ms", unit: 1e6, sets: "recovery_timeout")
        let time = milliseconds ?? config.time("open_duration_s", unit: 1e9, sets: "recovery_timeout")
        if let time { settings.recoveryTimeout = time }
    }

    /// `half_open_calls` alone: so many probes, and with a window their rates decide. With `success_threshold`: at most
    /// so many at once, of which so many have to succeed.
    private mutating func readProbes() {
        if config.has("success_threshold") {
            let successes = config.integer("success_threshold", sets: "success_threshold")
            if let successes { settings.successThreshold = successes }
            if let calls = config.integer("half_open_calls", sets: "half_open_max_calls") {
                settings.halfOpenMaxCalls = calls
            }
        } else if let calls = config.integer("half_open_calls", sets: "half_open_max_calls", "success_threshold") {
            settings.halfOpenMaxCalls = calls
            settings.successThreshold = calls
            if settings.window != .consecutive { settings.probeRule = .rate }
        }
    }
}
