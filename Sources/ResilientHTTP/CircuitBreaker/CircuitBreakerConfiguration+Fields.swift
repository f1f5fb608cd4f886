extension CircuitBreakerConfiguration {
    package static let fields: [ConfigurationField<CircuitBreakerConfiguration>] = [
        .value("window", \.window),
        .number("failure_threshold", \.failureThreshold, in: 1...1_000_000),
        .number("window_size", \.windowSize, in: 1...100_000),
        .duration("window_time", \.windowTime),
        .value("failure_rate", \.failureRate, problem: rateProblem),
        .optional("slow_call_rate", \.slowCallRate, problem: rateProblem),
        .duration("slow_call_duration", \.slowCallDuration),
        .number("minimum_calls", \.minimumCalls, in: 1...100_000),
        .duration("recovery_timeout", \.recoveryTimeout),
        .optionalDuration("reset_timeout", \.resetTimeout),
        .number("recovery_factor", \.recoveryFactor, in: 1...1000),
        .duration("max_recovery_timeout", \.maxRecoveryTimeout),
        .value("heeds_server", \.heedsServer),
        .duration("max_server_delay", \.maxServerDelay),
        .number("half_open_max_calls", \.halfOpenMaxCalls, in: 1...1000),
        .number("success_threshold", \.successThreshold, in: 1...100_000),
        .duration("half_open_timeout", \.halfOpenTimeout),
        .value("probe_rule", \.probeRule),
        .optional("failure_statuses", \.failureStatuses) { statuses in
            statuses.allSatisfy((400...599).contains) ? nil : "every status must be from 400 to 599"
        },
        .value("counts_throttling", \.countsThrottling),
        .value("client_errors", \.clientErrors),
        .number("key_limit", \.keyLimit, in: 1...1_000_000),
        .duration("store_timeout", \.storeTimeout),
    ]

    /// What flat settings mean by a failure threshold without a window: failures in a row.
    static func implied(by paths: [[String]]) -> [([String], String)] {
        let section = "circuit_breaker"
        guard paths.contains([section, "failure_threshold"]), !paths.contains([section, "window"]) else { return [] }
        let values = [("window", Window.consecutive.rawValue), ("probe_rule", ProbeRule.firstFailure.rawValue)]
        return values.map { ([section, $0], $1) }.filter { !paths.contains($0.0) }
    }

    /// Written so that NaN is a problem too.
    @Sendable private static func rateProblem(_ rate: Double) -> String? {
        if rate > 0, rate <= 1 { return nil }
        let hint = rate > 1 && rate <= 100 ? "; \(rate) % is \(rate / 100)" : ""
        return "\(rate) is out of range: expected a share above 0 and at most 1\(hint)"
    }
}
