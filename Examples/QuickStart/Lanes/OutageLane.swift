/// The clients that are compared in the outage.
enum OutageLane: String, CaseIterable, Sendable {
    case bare = "bare URLSession"
    case withoutBreaker = "ResilientHTTP, no breaker"
    case withBreaker = "ResilientHTTP, breaker"

    func make(_ plan: OutagePlan, _ options: Options) throws -> any Lane {
        var settings = LaneSettings(
            limits: AttemptLimits(),
            seed: options.seed,
            requests: plan.callsUntilRecovery,
            retries: options.retries,
            transport: options.transport
        )
        settings.hasStormBudget = false
        if self == .withBreaker { settings.breaker = plan.breaker }
        return try (self == .bare ? LaneKind.bare : .resilient).make(settings)
    }
}
