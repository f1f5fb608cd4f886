import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A request as URLSession gets it.
struct OutgoingRequest: Sendable {
    private enum Body {
        case none
        case bytes(Data)
        case file(URL)
    }

    let request: URLRequest
    let method: ClientRequest.Method
    /// The file to send as the body.
    let file: URL?
    /// The bytes to send as the body when somebody wants to know how far they are: only upload tasks tell. Otherwise
    /// they are in ``request``.
    let upload: Data?
    let hasBody: Bool
    /// A request that must not be repeated and has no bytes to send goes on a connection of its own (rule 10): curl
    /// repeats it on a new connection when a kept-alive one turns out to be closed, and nothing of that shows.
    ///
    /// The method alone decides: many servers ignore an `Idempotency-Key`.
    let needsFreshSession: Bool

    /// Makes the request from a message that ``OutgoingRules`` let pass.
    ///
    /// - Parameter collected: the bytes of a streamed body.
    /// - Throws: `invalidRequest` when the body's file cannot be read.
    init(_ message: ClientRequest, collected: Data?, context: RequestContext) throws {
        let body = Self.body(of: message.body, collected: collected)
        var request = URLRequest(url: Self.withLowerCaseScheme(message.url))
        request.httpMethod = message.method.rawValue
        request.timeoutInterval = Self.backstop(context.timeLeft())
        for field in message.headers where field.name != .contentLength {
            Self.add(field, to: &request)
        }
        method = message.method
        var length = 0
        switch body {
        case .none:
            (file, hasBody, upload) = (nil, false, nil)
        case .bytes(let data):
            length = data.count
            let isWatched = context.wantsUploadProgress && !data.isEmpty
            if !isWatched { request.httpBody = data }
            (file, hasBody, upload) = (nil, true, isWatched ? data : nil)
        case .file(let url):
            length = try RequestBody.length(of: url)
            (file, hasBody, upload) = (url, true, nil)
        }
        // Rule 12: without a type Linux says that the body is a form.
        if hasBody, !message.headers.contains(.contentType) {
            request.setValue(message.body.contentType ?? "application/octet-stream", forHTTPHeaderField: "Content-Type")
        }
        #if canImport(FoundationNetworking)
        // A range is one of the form that is sent: a part of a packed body cannot be unpacked (RFC 9110 §14.2).
        if message.headers.contains(.range), !message.headers.contains(.acceptEncoding) {
            request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        }
        #endif
        needsFreshSession = !message.method.isIdempotent && length == 0
        #if canImport(FoundationNetworking)
        if length > Self.oneSendingBytes { request.setValue("close", forHTTPHeaderField: "Connection") }
        #endif
        self.request = request
    }

    /// What surely goes out with the head in one sending, curl's buffer being 64 KiB.
    ///
    /// Rule 17: when a server answers before it has read a longer body, Linux can lose a piece from its middle and keep
    /// the connection, whose server then takes the next request for the rest of that body.
    private static let oneSendingBytes = 32 << 10

    private static func body(of body: RequestBody, collected: Data?) -> Body {
        switch body.storage {
        case .empty: .none
        case .bytes(let data): .bytes(data)
        case .file(let url): .file(url)
        case .stream: .bytes(collected ?? Data())
        }
    }

    /// Fields of one name become one line: cookie pairs are joined as RFC 6265 §4.2 has it, others by commas.
    private static func add(_ field: HeaderFields.Field, to request: inout URLRequest) {
        let name = field.name.rawName
        guard let earlier = request.value(forHTTPHeaderField: name) else {
            request.setValue(field.value, forHTTPHeaderField: name)
            return
        }
        let separator = field.name == .cookie ? "; " : ", "
        request.setValue(earlier + separator + field.value, forHTTPHeaderField: name)
    }

    /// Rule 13: Linux does not know `HTTP:`.
    private static func withLowerCaseScheme(_ url: URL) -> URL {
        guard let scheme = url.scheme, Grammar.lowercased(scheme) != scheme else { return url }
        return URL(string: Grammar.lowercased(scheme) + url.absoluteString.dropFirst(scheme.count)) ?? url
    }

    /// Rule 6: our own timers end an exchange; URLSession's is only there in case one is lost. It takes finite whole
    /// seconds only, and the margin keeps it behind ours.
    private static func backstop(_ timeLeft: Duration?) -> Double {
        guard let seconds = timeLeft?.components.seconds, seconds < 86_000 else { return 86_400 }
        return Double(seconds + 11)
    }
}
