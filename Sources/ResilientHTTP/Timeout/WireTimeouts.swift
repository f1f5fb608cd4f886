/// The timeouts that only a transport can keep, because only it sees the wire; nil for none.
public struct WireTimeouts: Sendable, Hashable {
    /// To an open connection. Kept by transports with the capability `hasConnectTimeout`.
    public var connect: Duration?
    /// From sending the request to the head of the answer.
    public var firstByte: Duration?
    /// Between two pieces of the body.
    public var idle: Duration?

    /// Makes a set of timeouts.
    public init(connect: Duration? = nil, firstByte: Duration? = nil, idle: Duration? = nil) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
    }
}
