/// The connection that an answer came over, and where the time went until its first byte.
///
/// A phase that there was not is nil: a kept connection is neither looked up nor opened, and only https has TLS.
public struct ConnectionFacts: Sendable, Hashable {
    /// The protocol by its ALPN name (RFC 7301): `http/1.1`, `h2`; `http/1.0` for an answer of that version.
    public var protocolName: String
    /// Whether the connection had been opened for an earlier request.
    public var isReused: Bool
    /// The server's address, or the proxy's; nil where there is none, as with unix sockets.
    public var peerAddress: String?
    /// The server's port, or the proxy's.
    public var peerPort: Int?
    /// The wait for a connection and the look-up of the name; nil on a kept connection, also when it was waited for.
    public var nameLookup: Duration?
    /// Opening the TCP connection; through a proxy, the one to it.
    public var connect: Duration?
    /// The TLS handshake; through a proxy with the opening of the tunnel.
    public var tls: Duration?
    /// From the start of sending the request to the first byte of the answer.
    public var firstByte: Duration?

    /// Makes facts; for transports.
    public init(
        protocolName: String,
        isReused: Bool = false,
        peerAddress: String? = nil,
        peerPort: Int? = nil,
        nameLookup: Duration? = nil,
        connect: Duration? = nil,
        tls: Duration? = nil,
        firstByte: Duration? = nil
    ) {
        self.protocolName = protocolName
        self.isReused = isReused
        self.peerAddress = peerAddress
        self.peerPort = peerPort
        self.nameLookup = nameLookup
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
    }
}
