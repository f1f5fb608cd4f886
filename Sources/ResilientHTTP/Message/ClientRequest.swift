public import Foundation

/// A request as it goes through the pipeline: method, URL, header fields and body.
///
/// It is a value; stages change copies. What a call wants beyond the message (timeouts, retry, priority …) is in
/// ``RequestOptions``.
public struct ClientRequest: Sendable {
    // Two references: a waiting call holds a copy in each of the functions that it waits in.

    private var head: Head
    /// The header fields to send; the transport adds `Host` and `Content-Length` by itself.
    public var headers: HeaderFields

    /// All but the fields, which are what is changed on the way; shared by all copies.
    private final class Head: Sendable {
        let method: Method
        let target: RequestTarget
        let body: RequestBody

        init(_ method: Method, _ target: RequestTarget, _ body: RequestBody) {
            self.method = method
            self.target = target
            self.body = body
        }
    }

    /// The method, `GET` by default.
    public var method: Method {
        get { head.method }
        set { head = Head(newValue, target, body) }
    }

    /// The body, ``RequestBody/empty`` by default.
    public var body: RequestBody {
        get { head.body }
        set { head = Head(method, target, newValue) }
    }

    package var target: RequestTarget { head.target }

    /// The absolute URL to call.
    public var url: URL {
        get { target.url }
        set { head = Head(method, RequestTarget(newValue), body) }
    }

    /// Makes a request. Nothing is checked here: the validation stage reports every problem with one error.
    public init(
        method: Method = .get,
        url: URL,
        headers: HeaderFields = HeaderFields(),
        body: RequestBody = .empty
    ) {
        head = Head(method, RequestTarget(url), body)
        self.headers = headers
    }

    /// Scheme, host and port of the URL, or nil when it has no scheme or host.
    public var origin: Origin? { target.origin }

    /// Whether the request may be delivered more than once without harm: its method is idempotent
    /// (RFC 9110 §9.2.2) or it carries an `Idempotency-Key`.
    public var isRepeatable: Bool {
        method.isIdempotent || headers.contains(.idempotencyKey)
    }
}
