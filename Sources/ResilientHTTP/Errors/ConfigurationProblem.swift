/// One thing that is wrong with a configuration.
public struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
    /// Where it is: the keys from the top, joined by dots, such as `retry.backoff.base`.
    public let path: String
    /// What is wrong and what is allowed.
    public let message: String

    /// Makes a problem.
    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    /// Path and message on one line.
    public var description: String { "\(path): \(message)" }
}

extension ResilientError {
    /// One error for all problems of a configuration.
    package static func configuration(_ problems: [ConfigurationProblem]) -> ResilientError {
        var error = ResilientError(.configuration, "the configuration has \(problems.count) problem(s)")
        error.problems = problems
        return error
    }
}
