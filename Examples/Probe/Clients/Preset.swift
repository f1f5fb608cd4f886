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
        case .cache:
            // A server that cannot be reached may be stood in for by what is kept (RFC 9111 §4.2.4).
            Configuration.passthrough.with {
                $0.cache = CacheConfiguration()
                $0.cache?.staleIfError = .seconds(86_400)
            }
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
