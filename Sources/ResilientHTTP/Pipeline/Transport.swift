/// What puts a request on the wire and brings back the answer: the innermost part of every client.
///
/// A transport sends a request **once**: no retries, no redirects, no cookies, no cache; those are stages. What it
/// cannot do it says in ``capabilities`` instead of pretending. A minimal one over some other HTTP library:
///
/// ```swift
/// struct OtherTransport: Transport {
///     let capabilities = TransportCapabilities(honoursDeadlines: false)
///
///     func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
///         let body = try await request.body.collect()
///         let answer = try await other.execute(request.method.rawValue, request.url, body)
///         return ClientResponse(status: .init(answer.code), body: .bytes(answer.bytes))
///     }
///
///     func shutdown() async { await other.close() }
/// }
/// ```
public protocol Transport: Sendable {
    /// What this transport can do. Constant over its life.
    var capabilities: TransportCapabilities { get }

    /// Sends a request once and returns the answer, whatever its status.
    ///
    /// Throws `CancellationError` when the task is cancelled, the context's deadline error when it passes (if the
    /// transport honours deadlines), and otherwise a ``ResilientError`` that says whether the request reached the
    /// server.
    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse

    /// Ends what is in flight with `clientClosed` and frees every connection. May be called more than once.
    func shutdown() async
}

extension Transport {
    /// Nothing to free.
    public func shutdown() async {}
}
