public import Foundation

/// The one error that this package throws, besides `CancellationError` for calls that their caller cancelled.
///
/// ``code`` says what happened and is what programs switch on; ``message`` says it to a person and how to mend it;
/// ``attempts`` keeps what happened at each attempt. No secret is in any of its texts: URLs, header fields and
/// messages have passed the redactor.
public struct ResilientError: Error, Sendable {
    /// What happened.
    public var code: Code
    /// What happened in one sentence, with what to do about it where something can be done.
    public var message: String
    /// The call's request id, the same over all its attempts; nil for errors outside a call.
    public var requestID: RequestID?
    /// The endpoint name that the caller gave in its options.
    public var endpoint: String?
    /// The attempts that reached the transport, oldest first, each with its own error, delay and status.
    public var attempts: [Attempt] = []
    /// What each stage decided about the call, see ``ClientResponse/explanation``.
    public var explanation = Explanation()
    /// Where the call's time went.
    public var timings = CallTimings()
    /// How long to wait before trying again, when the server or a local limit said so.
    public var retryAfter: Duration?
    /// The status of the response behind this error, when there was one.
    public var status: ClientResponse.Status?
    /// The header fields of the response behind this error; sensitive values are redacted when described.
    public var headers = HeaderFields()
    /// The first bytes of the response's body, at most ``bodyPrefixLimit``.
    public var bodyPrefix = Data()
    /// Whether the request reached the server, for errors from the wire: at any of the call's attempts, not only at
    /// the last.
    public var reachedServer: ReachedServer?
    /// The error below this one. Foundation's own errors are kept without the secrets that they may show.
    public var cause: (any Error)?
    /// Every problem of a refused configuration, with its path.
    public var problems: [ConfigurationProblem] = []

    /// The most bytes of a body that an error keeps: 4096.
    public static let bodyPrefixLimit = 4096

    /// Makes an error.
    public init(_ code: Code, _ message: String, reachedServer: ReachedServer? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.reachedServer = reachedServer
        self.cause = cause.map { Cause.clean($0) }
    }

    /// A description with few distinct values, fit for a metric's label: the code, and the status for `status`.
    public var shortDescription: String {
        if code == .status, let status { return "\(code.rawValue) \(status.code)" }
        return code.rawValue
    }

    /// Whether a request reached the server before its error.
    public enum ReachedServer: String, Sendable, Codable {
        /// Nothing of the request was sent; repeating it is safe whatever it does.
        case no
        /// It cannot be known.
        case maybe
        /// The server answered or acknowledged.
        case yes
    }
}

extension ResilientError.ReachedServer: Comparable {
    /// From `no` over `maybe` to `yes`.
    public static func < (left: Self, right: Self) -> Bool {
        left.certainty < right.certainty
    }

    private var certainty: Int {
        switch self {
        case .no: 0
        case .maybe: 1
        case .yes: 2
        }
    }
}

extension ResilientError: CustomStringConvertible, LocalizedError {
    /// Code, message and context on one line, and a line for each problem of a configuration; redacted.
    public var description: String {
        var text = "\(code.rawValue): \(Self.safe(message))"
        if let status { text += " [status \(status.code)]" }
        if attempts.count > 1 { text += " [\(attempts.count) attempts]" }
        if let reachedServer { text += " [reached server: \(reachedServer.rawValue)]" }
        if let retryAfter { text += " [retry after \(retryAfter.decimalSeconds) s]" }
        if let endpoint { text += " [endpoint \(Self.safe(endpoint))]" }
        if let requestID { text += " [request \(requestID)]" }
        for problem in problems { text += "\n  \(Self.safe(problem.description))" }
        return text
    }

    /// Messages may come from transports and custom stages, and a line break would forge a second log line.
    private static func safe(_ text: String) -> String {
        Redactor.standard.redact(Grammar.onOneLine(text))
    }

    /// The same as ``description``, for code that shows `localizedDescription`.
    public var errorDescription: String? { description }
}
