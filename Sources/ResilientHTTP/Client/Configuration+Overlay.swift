public import Foundation

extension Configuration {
    /// Makes a configuration from flat settings over another one: keys are paths such as `retry.max_attempts`,
    /// values are text.
    ///
    /// Throws one configuration error that lists every unknown key and every value that cannot be used.
    public init(settings: [String: String], over base: Configuration = .recommended) throws {
        let paths = Dictionary(uniqueKeysWithValues: Self.paths.map { ($0.joined(separator: "."), $0) })
        var overlay: [([String], String)] = []
        var problems: [ConfigurationProblem] = []
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            if let path = paths[key] {
                overlay.append((path, value))
            } else {
                problems.append(ConfigurationProblem(path: key, message: "unknown key"))
            }
        }
        try self.init(overlay, over: base, problems: problems)
    }

    /// Makes a configuration from environment variables over another one.
    ///
    /// A variable is the path in upper case behind a prefix, such as `RESILIENT_RETRY_MAX_ATTEMPTS` or
    /// `RESILIENT_TIMEOUTS_TOTAL`. Some short names are kept for those who know them from elsewhere (specification
    /// rows 55, 57, 89 to 91 and 121): `RESILIENT_CACHE_ENABLED`, `RESILIENT_CACHE_MAX_SIZE` (entries),
    /// `RESILIENT_MAX_RETRIES`, `RESILIENT_INITIAL_RETRY_DELAY`, `RESILIENT_MAX_RETRY_DELAY` and
    /// `RESILIENT_DEFAULT_RATE_LIMIT` (requests a second).
    /// What the program changes afterwards counts more than the environment, and the environment more than `base`.
    ///
    /// Throws one configuration error that lists every unknown variable with the prefix and every value that cannot
    /// be used.
    public static func fromEnvironment(
        _ environment: [String: String] = ProcessInfo.processInfo.environment,
        prefix: String = "RESILIENT_",
        over base: Configuration = .recommended
    ) throws -> Configuration {
        let paths = Dictionary(
            Self.paths.map { ($0.joined(separator: "_").uppercased(), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var overlay: [([String], String)] = []
        var problems: [ConfigurationProblem] = []
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(prefix) {
            let key = String(name.dropFirst(prefix.count))
            if let path = paths[key] {
                overlay.append((path, value))
            } else if let own = Self.shortNames[key] {
                overlay.append(own(value))
            } else if key != "ORACLES", !key.hasPrefix("TEST_") {
                // Those are for tests: where their data is, which seed to run.
                problems.append(ConfigurationProblem(path: name, message: "unknown variable"))
            }
        }
        return try Configuration(overlay, over: base, problems: problems)
    }

    private static let shortNames: [String: @Sendable (String) -> ([String], String)] = [
        "MAX_RETRIES": { value in
            let attempts = Int(value).flatMap { $0 >= 0 && $0 < Int.max ? String($0 + 1) : nil }
            return (["retry", "max_attempts"], attempts ?? value)
        },
        "INITIAL_RETRY_DELAY": { (["retry", "backoff", "base"], $0) },
        "MAX_RETRY_DELAY": { (["retry", "backoff", "cap"], $0) },
        "CACHE_ENABLED": { (["cache"], $0) },
        "CACHE_MAX_SIZE": { (["cache", "max_entries"], $0) },
        "DEFAULT_RATE_LIMIT": { (["rate_limit", "default_rate"], $0) },
    ]

    /// Whole sections before what is in them, and what turns a section off at the very end: off is off, whatever else
    /// is set below it.
    private static func inOrder(_ overlay: [([String], String)]) -> [([String], String)] {
        let isOff = { (setting: ([String], String)) in ["false", "null"].contains(setting.1) }
        return overlay.filter { !isOff($0) }.sorted { $0.0.count < $1.0.count }
            + overlay.filter(isOff).sorted { $0.0.count > $1.0.count }
    }

    private static var paths: [[String]] { fields.flatMap(\.paths) }

    /// Text becomes JSON, JSON is laid over JSON, and the decoder does the checking: one place that knows the rules.
    private init(
        _ overlay: [([String], String)],
        over base: Configuration,
        problems: [ConfigurationProblem]
    ) throws {
        do {
            var tree = try JSONTree(base)
            let overlay = overlay + CircuitBreakerConfiguration.implied(by: overlay.map(\.0))
            for (path, text) in Self.inOrder(overlay) { tree.set(path, to: text) }
            self = try tree.decode(Configuration.self)
        } catch let error as ResilientError where error.code == .configuration {
            throw ResilientError.configuration(problems + error.problems)
        }
        guard problems.isEmpty else { throw ResilientError.configuration(problems) }
    }
}
