public import Foundation

/// A request as it goes through the pipeline: method, URL, header fields and body.
///
/// It is a value; stages change copies. What a call wants beyond the message (timeouts, retry, priority …) is in
/// ``RequestOptions``.
public struct ClientRequest: Sendable {
    /// The method, `GET` by default.
    public var method: Method
    /// The header fields to send; the transport adds `Host` and `Content-Length` by itself.
    public var headers: HeaderFields
    /// The body, ``RequestBody/empty`` by default.
    public var body: RequestBody

    package private(set) var target: RequestTarget

    /// The absolute URL to call.
    public var url: URL {
        get { target.url }
        set { target = RequestTarget(newValue) }
    }

    /// Makes a request. Nothing is checked here: the validation stage reports every problem with one error.
    public init(
        method: Method = .get,
        url: URL,
        headers: HeaderFields = HeaderFields(),
        body: RequestBody = .empty
    ) {
        self.method = method
        self.headers = headers
        self.body = body
        target = RequestTarget(url)
    }

    /// Scheme, host and port of the URL, or nil when it has no scheme or host.
    public var origin: Origin? { target.origin }

    /// Whether the request may be delivered more than once without harm: its method is idempotent
    /// (RFC 9110 §9.2.2) or it carries an `Idempotency-Key`.
    public var isRepeatable: Bool {
        method.isIdempotent || headers.contains(.idempotencyKey)
    }
}
