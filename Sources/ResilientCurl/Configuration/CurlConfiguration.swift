import Foundation
public import ResilientHTTP

/// How a ``CurlTransport`` connects.
///
/// It is data, like the client's own configuration: read from JSON with keys in snake_case (`use_http2`, `decompress`,
/// `use_environment_proxy` …), durations in decimal seconds, unknown keys refused.
public struct CurlConfiguration: ConfigurationSection {
    /// How many connections are open, and how long they and the addresses behind them are kept. All of it is kept.
    public var pool = PoolConfiguration()
    /// What is asked of TLS connections.
    public var tls = CurlTLSConfiguration()
    /// Whether HTTP/2 is spoken with https servers that offer it, many requests on one connection. Default: true.
    public var usesHTTP2 = true
    /// Whether answers may come compressed (gzip, deflate) and are unpacked; without it they are left as they come,
    /// and nothing is asked for. Default: true.
    ///
    /// A request's own `Accept-Encoding` is sent in place of the transport's; what comes is unpacked all the same,
    /// but for parts (206).
    public var decompresses = true
    /// The URL of the proxy of every request, such as `http://proxy:3128`, `http://user:password@proxy:3128` or
    /// `socks5h://localhost:1080`; nil for none. Default: none.
    ///
    /// The schemes are http, https, socks4, socks4a, socks5 and socks5h. User name and password, which the proxy alone
    /// gets, are percent-encoded where needed.
    public var proxy: String?
    /// Whether the variables `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` of the environment are followed
    /// where ``proxy`` is nil. Default: false.
    public var usesEnvironmentProxy = false
    /// The path of a unix socket to connect to, whatever host a URL names; nil for the network. Default: nil.
    public var unixSocketPath: String?
    /// Addresses to use instead of looking them up: from `host:port` to one address, or several with commas between.
    /// Default: none.
    public var resolve: [String: String] = [:]

    /// Makes the default.
    public init() {}

    package static let fields: [ConfigurationField<CurlConfiguration>] = [
        .section("pool", \.pool),
        .section("tls", \.tls),
        .value("use_http2", \.usesHTTP2),
        .value("decompress", \.decompresses),
        .optional("proxy", \.proxy, problem: proxyProblem),
        .value("use_environment_proxy", \.usesEnvironmentProxy),
        .optional("unix_socket_path", \.unixSocketPath, problem: text("a path")),
        .value("resolve", \.resolve, problem: resolveProblem),
    ]

    package var contradictions: [ConfigurationProblem] {
        guard unixSocketPath != nil, proxy != nil else { return [] }
        return [ConfigurationProblem(path: "proxy", message: "a unix socket has no proxy; leave one of them out")]
    }

    /// A text that libcurl reads to its first NUL byte must not have one.
    static func text(_ what: String) -> @Sendable (String) -> String? {
        { text in
            text.isEmpty || text.utf8.contains(0) ? "expected \(what), without a NUL byte" : nil
        }
    }

    /// libcurl would take much for a proxy, and print what it does not understand.
    private static let proxyProblem: @Sendable (String) -> String? = { text in
        let parts = URLComponents(string: text)
        let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]
        guard let parts, schemes.contains(parts.scheme?.lowercased() ?? ""), parts.host?.isEmpty == false,
            parts.port.map({ (1...65_535).contains($0) }) ?? true, !text.utf8.contains(0)
        else { return "expected the URL of a proxy, with one of the schemes \(schemes.joined(separator: ", "))" }
        return nil
    }

    private static let resolveProblem: @Sendable ([String: String]) -> String? = { addresses in
        for (name, address) in addresses.sorted(by: { $0.key < $1.key }) {
            let port = name.split(separator: ":").last.flatMap { Int($0) } ?? 0
            guard name.contains(":"), (1...65535).contains(port), !address.isEmpty, !(name + address).utf8.contains(0)
            else { return "'\(name)' needs to be host:port, with an address behind it" }
        }
        return nil
    }
}
