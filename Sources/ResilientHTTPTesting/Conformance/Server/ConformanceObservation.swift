/// What a server may see beyond the requests themselves.
public struct ConformanceObservation: Sendable, Hashable, CustomStringConvertible {
    /// What it is, for a person to read.
    public let description: String

    /// The bytes on the wire: Host, framing, heads before their bodies.
    public static let wire = Self(description: "the wire")
    /// Connections: by which one a request came, and which are open.
    public static let connections = Self(description: "connections")
    /// How many bytes of an answer have been handed to the network.
    public static let flow = Self(description: "how fast a body is taken")
}
