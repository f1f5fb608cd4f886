import ResilientHTTP

/// A configuration that has a name.
enum Preset: String, CaseIterable, Sendable {
    case passthrough
    case recommended
    case cache
    case retry

    func configuration() throws(ResilientError) -> Configuration {
        switch self {
        case .passthrough: return .passthrough
        case .recommended: return .recommended
        case .retry: return Configuration.passthrough.with { $0.retry = RetryConfiguration() }
        case .cache:
            throw ResilientError(
                .unsupported,
                "the preset cache needs the cache stage, which this build does not have yet",
                reachedServer: .no
            )
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
