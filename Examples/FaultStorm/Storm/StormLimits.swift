/// What both clients are set to.
enum StormLimits {
    /// Of a call, waiting and body included: long for a good answer of a loaded machine, short for those that stall.
    static let timeout: Duration = .milliseconds(500)
    /// Between two pieces of a stream.
    static let idleTimeout: Duration = .milliseconds(400)
    /// The largest body, unpacked. Less than the catalogue's bomb.
    static let responseBytes = 1 << 20
}
