extension FaultServer {
    /// The limits of a server. The defaults hold a storm of tens of thousands of requests within about 100 MB.
    public struct Configuration: Sendable {
        /// How many requests are kept for `requests(path:)`; later ones are only counted. Default 50,000.
        public var maximumRecordedRequests = 50_000
        /// How many bytes of heads and bodies are kept over all requests. Default 64 MiB.
        public var maximumRecordedBytes = 64 << 20
        /// How many bytes of one request's body are kept, for the records and for `echo`. Default 1 MiB.
        public var maximumRecordedBodyBytes = 1 << 20
        /// How many connections are kept for `connections`; later ones are only counted. Default 20,000.
        public var maximumRecordedConnections = 20_000
        /// How many of a connection's first bytes are kept. Default 256.
        public var connectionPrefixBytes = 256
        /// How many request keys (path and `X-Request-Key`) have a counter of attempts. Default 200,000.
        ///
        /// Requests beyond it are all attempt 0.
        public var maximumRequestKeys = 200_000
        /// The largest request line and header block in bytes; a larger one gets 431. Default 64 KiB.
        public var headerLimit = 64 << 10
        /// The largest request body in bytes; a larger one gets 413. Default 64 MiB.
        public var bodyLimit = 64 << 20
        /// The port of `url`; `nil`, the default, leaves it to the system. For a server that was stopped and is back.
        public var port: Int?
        /// The listen backlog (the system may lower it). Default 1,024.
        public var backlog = 1_024
        /// What every connection does that `script(connections:)` says nothing about. Default: no fault.
        public var connectionFault = ConnectionFault.none
        /// The most connections that are open at once; later ones get RST. Default: no limit.
        public var maximumOpenConnections = Int.max
        /// Whether connections are accepted from the start, see `setAccepting(_:)`. Default: yes.
        public var acceptsConnections = true
        /// The sockets' receive buffer in bytes, so that slow reading reaches the client; `nil`, the default, leaves
        /// it to the system (which takes several megabytes on loopback before the client feels anything).
        public var receiveBufferBytes: Int?
        /// How long a closing connection goes on reading, so that late bytes do not turn FIN into RST. Default 1 s.
        public var closeGrace: Duration = .seconds(1)

        /// A configuration of the defaults.
        public init() {}
    }
}
