import ResilientHTTP

/// A configuration that has a name.
enum Preset: String, CaseIterable, Sendable {
    case passthrough
    case recommended
    case cache
    case retry

    var configuration: Configuration {
        switch self {
        case .passthrough: .passthrough
        case .recommended: .recommended
        case .retry: Configuration.passthrough.with { $0.retry = RetryConfiguration() }
        case .cache: Configuration.passthrough.with { $0.cache = CacheConfiguration() }
        }
    }

    static func named(_ name: String) throws(ResilientError) -> Preset {
        guard let preset = Preset(rawValue: name) else {
            let known = allCases.map(\.rawValue).joined(separator: ", ")
            throw ResilientError(.configuration, "config: '\(name)' is no preset; known are \(known)")
        }
        return preset
    }
}
