/// Scheme, host and port: what credentials, connections and breakers are bound to (RFC 6454 §4).
///
/// The scheme and the host are in lower case and the port is always there, so that two origins are equal when a
/// browser would call them the same.
public struct Origin: Sendable, Hashable, CustomStringConvertible {
    private let parts: Parts

    /// Behind one reference, and hashed once: breakers and limits keep a key for each origin and look for it with every
    /// call.
    private final class Parts: Sendable {
        // First what every call looks at: with many origins, memory is what it waits for.
        let scheme: String
        let hash: Int
        let host: String
        let port: Int

        init(scheme: String, host: String, port: Int) {
            self.scheme = scheme
            self.host = host
            self.port = port
            var hasher = Hasher()
            hasher.combine(scheme)
            hasher.combine(host)
            hasher.combine(port)
            hash = hasher.finalize()
        }
    }

    /// `http` or `https`, or whatever else the URL said, in lower case.
    public var scheme: String { parts.scheme }
    /// The host in lower case, without brackets.
    public var host: String { parts.host }
    /// The port, the scheme's default when the URL has none; 0 for a scheme without a default.
    public var port: Int { parts.port }

    /// Makes an origin; case is removed.
    public init(scheme: String, host: String, port: Int? = nil) {
        self.init(
            lowercasedScheme: Grammar.lowercased(scheme),
            lowercasedHost: Grammar.lowercased(host),
            port: port
        )
    }

    init(lowercasedScheme scheme: String, lowercasedHost host: String, port: Int?) {
        parts = Parts(scheme: scheme, host: host, port: port ?? Self.defaultPort(of: scheme))
    }

    /// Whether scheme, host and port are the same.
    public static func == (left: Origin, right: Origin) -> Bool {
        if left.parts === right.parts { return true }
        return left.parts.hash == right.parts.hash && left.port == right.port && left.host == right.host
            && left.scheme == right.scheme
    }

    /// The hash of all three, made once.
    var hashed: Int { parts.hash }

    /// Hashes what tells origins apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(parts.hash)
    }

    /// Whether the host is this machine: `localhost` and its subdomains, 127.0.0.0/8, `::1` in every spelling.
    public var isLoopback: Bool {
        // First what costs the least: every call without TLS asks.
        if let address = IPv4Address(host) { return address.isLoopback }
        if host.utf8.contains(UInt8(ascii: ":")) { return IPv6Address(host)?.isLoopback ?? false }
        // A dot at the end only says that the name is complete.
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        return name == "localhost" || name.hasSuffix(".localhost")
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
