/// A place that is no server, or a server over TLS.
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
    /// Of ``SecureConformanceServers``: one that shows a certificate which the transport trusts, and speaks HTTP/1.1.
    public static let trusted = Self(description: "a server that is trusted and speaks HTTP/1.1")
    /// Of ``SecureConformanceServers``: one that is trusted and offers HTTP/2.
    public static let http2 = Self(description: "a server that is trusted and offers HTTP/2")
    /// Of ``SecureConformanceServers``: one whose certificate was issued by somebody whom the transport does not trust.
    public static let unknownAuthority = Self(description: "a server whose authority is unknown")
    /// Of ``SecureConformanceServers``: one whose certificate is for another host, and right but for that.
    public static let wrongHost = Self(description: "a server with the certificate of another host")
    /// Of ``SecureConformanceServers``: one whose certificate has expired, and is right but for that.
    public static let expired = Self(description: "a server with an expired certificate")
}
