/// What a transport can do beyond sending a request and returning its answer.
public struct TransportCapabilities: Sendable, Hashable, Codable {
    /// Ends at the context's deadline, at cancellation and at the client's shutdown by itself, at once; see
    /// ``RequestContext/withEndHandler(_:onEnd:)`` for the latter two. For a transport that does not, the pipeline
    /// races every exchange against a timer and throws a late result away. Default: false.
    public var honoursDeadlines: Bool
    /// Sends request bodies as they are produced instead of collecting them first. Default: false.
    public var streamsUploads: Bool
    /// Delivers response bodies as they arrive. Default: false.
    public var streamsDownloads: Bool
    /// A slow reader slows the server down instead of filling memory. Default: false.
    public var hasBackPressure: Bool
    /// Bounds the time to connect separately from the rest. Default: false.
    public var hasConnectTimeout: Bool
    /// Keeps response trailers. Default: false.
    public var keepsTrailers: Bool
    /// Speaks HTTP/2. Default: false.
    public var speaksHTTP2: Bool
    /// Never sends a request a second time by itself, but for those whose method is idempotent, which a client may
    /// repeat on a new connection unasked (RFC 9110 §9.2.2). Default: false.
    public var neverRepeats: Bool
    /// Calls hosts given as IPv6 literals. Default: false.
    public var callsIPv6Literals: Bool
    /// Keeps ``PoolConfiguration/maxKeepAlive`` and ``PoolConfiguration/idleTimeout``. Default: false.
    public var limitsIdleConnections: Bool
    /// Keeps ``PoolConfiguration/dnsCacheTime``. Default: false.
    public var setsDNSCacheTime: Bool
    /// Tells of the connection of each answer, see ``ClientResponse/connection``. Default: false.
    public var tellsConnections: Bool

    /// Declares capabilities; what is not named is absent.
    public init(
        honoursDeadlines: Bool = false,
        streamsUploads: Bool = false,
        streamsDownloads: Bool = false,
        hasBackPressure: Bool = false,
        hasConnectTimeout: Bool = false,
        keepsTrailers: Bool = false,
        speaksHTTP2: Bool = false,
        neverRepeats: Bool = false,
        callsIPv6Literals: Bool = false,
        limitsIdleConnections: Bool = false,
        setsDNSCacheTime: Bool = false,
        tellsConnections: Bool = false
    ) {
        self.honoursDeadlines = honoursDeadlines
        self.streamsUploads = streamsUploads
        self.streamsDownloads = streamsDownloads
        self.hasBackPressure = hasBackPressure
        self.hasConnectTimeout = hasConnectTimeout
        self.keepsTrailers = keepsTrailers
        self.speaksHTTP2 = speaksHTTP2
        self.neverRepeats = neverRepeats
        self.callsIPv6Literals = callsIPv6Literals
        self.limitsIdleConnections = limitsIdleConnections
        self.setsDNSCacheTime = setsDNSCacheTime
        self.tellsConnections = tellsConnections
    }
}
