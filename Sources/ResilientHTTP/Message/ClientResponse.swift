public import Foundation

/// An answer: status, header fields and body, with where it came from and what the call went through.
public struct ClientResponse: Sendable {
    // Two references: every function that an answer comes back through has room for it, for as long as it waits.

    private var message: Message
    /// The call behind the answer; the pipeline sets it when the call returns.
    package var call: CallRecord?

    /// What came over the wire, shared by all copies until one of them is changed.
    private final class Message: Sendable {
        let content: Content

        init(_ content: Content) {
            self.content = content
        }
    }

    private struct Content: Sendable {
        var status: Status
        var headers: HeaderFields
        var body: ResponseBody
        var source: Source
        /// What answered, where it is not what the call was made for.
        var target: RequestTarget?
        var isInFile = false
        var isUnpacked = false
        /// Behind a reference, as few look at it.
        var connection: Boxed<ConnectionFacts>?
    }

    /// Makes a response.
    public init(
        status: Status,
        headers: HeaderFields = HeaderFields(),
        body: ResponseBody = .empty,
        source: Source = .network,
        connection: ConnectionFacts? = nil
    ) {
        let facts = connection.map { Boxed($0) }
        message = Message(
            Content(status: status, headers: headers, body: body, source: source, connection: facts)
        )
    }

    private mutating func change(_ change: (inout Content) -> Void) {
        var content = message.content
        change(&content)
        message = Message(content)
    }

    /// The status.
    public var status: Status {
        get { message.content.status }
        set { change { $0.status = newValue } }
    }

    /// The header fields as received.
    public var headers: HeaderFields {
        get { message.content.headers }
        set { change { $0.headers = newValue } }
    }

    /// The body.
    public var body: ResponseBody {
        get { message.content.body }
        set { change { $0.body = newValue } }
    }

    /// Where the answer came from: the network, unless a stage made it.
    public var source: Source {
        get { message.content.source }
        set { change { $0.source = newValue } }
    }

    /// The trailer fields, when the body has been read to its end; see ``ResponseBody/trailers``.
    public var trailers: HeaderFields { body.trailers }

    /// The connection that the answer came over; nil when it came over none, and from a transport that does not tell.
    public var connection: ConnectionFacts? { facts?.value }

    /// For ``connection``.
    var facts: Boxed<ConnectionFacts>? { message.content.connection }

    /// The URL that answered, after redirects; nil until the call has returned.
    public var url: URL? {
        get { target?.url }
        set { target = newValue.map { RequestTarget($0) } }
    }

    /// What answered; for ``url``.
    var target: RequestTarget? {
        get { message.content.target ?? call?.target }
        set { change { $0.target = newValue } }
    }

    /// Whether the body is in the file of a download instead.
    var isInFile: Bool {
        get { message.content.isInFile }
        set { change { $0.isInFile = newValue } }
    }

    /// Whether the transport has unpacked the body, so that a strong ETag is that of other bytes.
    package var isUnpacked: Bool {
        get { message.content.isUnpacked }
        set { change { $0.isUnpacked = newValue } }
    }

    /// The body's bytes; empty for a body that is still arriving.
    public var data: Data { body.data ?? Data() }

    /// The body as text, by a byte order mark or the charset of its `Content-Type` (RFC 9110 §8.3.2); as UTF-8 with
    /// invalid bytes replaced where there is none, or an unknown one.
    public var text: String { Charset.text(data, contentType: headers[.contentType]) }

    /// The call's request id, the same over all its attempts.
    public var requestID: RequestID? { call?.requestID }

    /// The attempts that reached the transport, oldest first. Empty when a stage answered without the network.
    public var attempts: [Attempt] { call?.attempts ?? [] }

    /// How long the call took, waits included, and how much of it was on the wire.
    public var timings: CallTimings { call?.timings ?? CallTimings() }

    /// What each stage decided, in the order of the decisions.
    public var explanation: Explanation { call?.explanation ?? Explanation() }
}

extension ClientResponse {
    /// Where an answer came from.
    public struct Source: Sendable, Hashable, RawRepresentable, CustomStringConvertible, Codable {
        /// The name as it stands in JSON.
        public let rawValue: String

        /// Makes a source of one's own, for custom stages.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The server, over the transport.
        public static let network = Self(rawValue: "network")

        /// The name as it stands in JSON.
        public var description: String { rawValue }
    }
}

extension ClientResponse {
    /// A status code (RFC 9110 §15).
    public struct Status: Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
        /// The three-digit code.
        public let code: Int

        /// Makes a status.
        public init(_ code: Int) {
            self.code = code
        }

        /// Makes a status from a literal.
        public init(integerLiteral value: Int) {
            code = value
        }

        /// 100…199.
        public var isInformational: Bool { (100...199).contains(code) }
        /// 200…299.
        public var isSuccess: Bool { (200...299).contains(code) }
        /// 300…399.
        public var isRedirection: Bool { (300...399).contains(code) }
        /// 400…499.
        public var isClientError: Bool { (400...499).contains(code) }
        /// 500…599.
        public var isServerError: Bool { (500...599).contains(code) }

        /// The code in digits.
        public var description: String { String(code) }
    }
}
