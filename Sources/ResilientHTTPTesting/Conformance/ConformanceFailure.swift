/// A requirement that a transport does not meet.
public struct ConformanceFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name of the check.
    public let check: String
    /// What a transport has to do.
    public let requirement: String
    /// What was expected.
    public let expected: String
    /// What was seen instead.
    public let seen: String

    /// All of it, for a person to read.
    public var description: String {
        "\(check): expected \(expected), saw \(seen)\n  \(requirement)"
    }
}
