/// A place that is no server.
public struct ConformancePlace: Sendable, Hashable, CustomStringConvertible {
    /// What it is, for a person to read.
    public let description: String

    /// A port where connections are refused.
    public static let refusing = Self(description: "a port that refuses connections")
    /// A host whose name has no address.
    public static let unresolvable = Self(description: "a name without an address")
    /// A port that answers no attempt to connect.
    public static let silent = Self(description: "a port that does not answer")
    /// A port of an IPv6 address, as a literal, where connections are refused.
    public static let ipv6Literal = Self(description: "an IPv6 literal")
}
