/// Where a call's time went.
public struct CallTimings: Sendable, Hashable {
    /// From the call's start to its answer or error, waits included.
    public var total: Duration = .zero
    /// The sum of its attempts on the wire.
    public var network: Duration = .zero
    /// The sum of what stages waited on purpose before attempts: backoff and `Retry-After`.
    public var waiting: Duration = .zero

    /// Makes timings, all zero unless given.
    public init(total: Duration = .zero, network: Duration = .zero, waiting: Duration = .zero) {
        self.total = total
        self.network = network
        self.waiting = waiting
    }
}
