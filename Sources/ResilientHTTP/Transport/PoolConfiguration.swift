/// How many connections a transport keeps, and for how long.
///
/// What a transport cannot do is in its ``TransportCapabilities``: URLSession keeps the first two limits and has no
/// setting for the others.
public struct PoolConfiguration: ConfigurationSection {
    /// The most requests on the wire at once, over all hosts; more wait in the order in which they came. With a
    /// transport that speaks HTTP/2 on connections of its own (`CurlTransport`) the most connections, each of which may
    /// carry many requests; ``Configuration/admission`` limits requests. Default: 100.
    public var maxConnections = 100
    /// The same to one host. Default: 100.
    public var maxPerHost = 100
    /// The most idle connections that are kept. Default: 20. Needs the capability `limitsIdleConnections`.
    public var maxKeepAlive = 20
    /// How long an idle connection is kept. Default: 60 s. Needs the capability `limitsIdleConnections`.
    public var idleTimeout: Duration = .seconds(60)
    /// How long a looked-up address is used. Default: 300 s. Needs the capability `setsDNSCacheTime`; URLSession on
    /// Linux keeps addresses for 60 s, whatever is set.
    public var dnsCacheTime: Duration = .seconds(300)

    /// Makes the default.
    public init() {}

    package static let fields: [ConfigurationField<PoolConfiguration>] = [
        .number("max_connections", \.maxConnections, in: 1...100_000),
        .number("max_per_host", \.maxPerHost, in: 1...100_000),
        .number("max_keep_alive", \.maxKeepAlive, in: 0...100_000),
        .duration("idle_timeout", \.idleTimeout, allowsZero: true),
        .duration("dns_cache_time", \.dnsCacheTime, allowsZero: true),
    ]
}
