public import ResilientHTTP

/// A request as it reached a ``MockTransport``.
public struct RecordedRequest: Sendable {
    /// The request.
    public let request: ClientRequest
    /// Its number among all that reached the transport, from 1.
    public let number: Int
    /// The number of the attempt in its hop, from 1.
    public let attempt: Int
    /// The call that it belongs to.
    public let requestID: RequestID
    /// When it came, on the client's clock.
    public let time: MonotonicTime
    /// The deadline that it came with.
    public let deadline: Deadline?
    /// The timeouts that were left to the transport.
    public let wireTimeouts: WireTimeouts

    init(_ request: ClientRequest, context: RequestContext, number: Int) {
        self.request = request
        self.number = number
        attempt = context.attempt
        requestID = context.requestID
        time = context.runtime.now
        deadline = context.deadline
        wireTimeouts = context.wireTimeouts
    }
}
