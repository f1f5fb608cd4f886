/// Scheme, host and port: what credentials, connections and breakers are bound to (RFC 6454 §4).
///
/// The scheme and the host are in lower case and the port is always there, so that two origins are equal when a
/// browser would call them the same.
public struct Origin: Sendable, Hashable, CustomStringConvertible {
    /// `http` or `https`, or whatever else the URL said, in lower case.
    public let scheme: String
    /// The host in lower case, without brackets.
    public let host: String
    /// The port, the scheme's default when the URL has none; 0 for a scheme without a default.
    public let port: Int

    /// Makes an origin; case is removed.
    public init(scheme: String, host: String, port: Int? = nil) {
        self.scheme = Grammar.lowercased(scheme)
        self.host = Grammar.lowercased(host)
        self.port = port ?? Self.defaultPort(of: self.scheme)
    }

    /// Whether the host is this machine: `localhost` and its subdomains, 127.0.0.0/8, `::1` in every spelling.
    public var isLoopback: Bool {
        if host.contains(":") { return IPv6Address(host)?.isLoopback ?? false }
        // A dot at the end only says that the name is complete.
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        return IPv4Address(host)?.isLoopback ?? false
    }

    /// The origin as a URL without a path; a default port is left out.
    public var description: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        return port == Self.defaultPort(of: scheme) ? "\(scheme)://\(shown)" : "\(scheme)://\(shown):\(port)"
    }

    private static func defaultPort(of scheme: String) -> Int {
        switch scheme {
        case "https": 443
        case "http": 80
        default: 0
        }
    }
}
