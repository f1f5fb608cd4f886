import ResilientHTTP

/// The clients that are compared in the crowd.
enum CrowdLane: String, CaseIterable, Sendable, Codable {
    case bare = "bare URLSession"
    case plain = "ResilientHTTP"
    case deduplicated = "with deduplication"
    case cached = "with cache, too"

    func make(_ options: Options) throws -> any Lane {
        var settings = LaneSettings(
            limits: AttemptLimits(),
            seed: options.seed,
            requests: options.requests,
            retries: options.retries
        )
        settings.hasStormBudget = false
        if self == .deduplicated || self == .cached { settings.deduplication = DeduplicationConfiguration() }
        if self == .cached { settings.cache = CacheConfiguration() }
        return try (self == .bare ? LaneKind.bare : .resilient).make(settings)
    }
}
