public import Foundation

/// What answers a call when the service does not.
public struct Fallback: Sendable {
    /// A call that failed: what was asked for, and what came of it.
    public struct Failure: Sendable {
        /// The request as it was made.
        public let request: ClientRequest
        /// The answer, when the failure is a status.
        public let response: ClientResponse?
        /// The error, when there was no answer.
        public let error: (any Error)?
    }

    enum Kind: Sendable {
        case endpoint(URL, HeaderFields)
        case stale
        case value(ClientResponse)
        case closure(@Sendable (Failure, RequestContext) async throws -> ClientResponse?)
    }

    /// The name in explanations.
    public let name: String
    let kind: Kind

    /// Whether the cache answers.
    var isStale: Bool {
        if case .stale = kind { true } else { false }
    }

    /// The same request to another base URL, with header fields of its own, such as that service's key.
    ///
    /// Only for requests that may be sent twice, or never reached the first service. Credentials of the first service
    /// do not go along.
    public static func endpoint(_ baseURL: URL, headers: HeaderFields = HeaderFields()) -> Fallback {
        Fallback(name: "endpoint \(Redactor.standard.redact(baseURL))", kind: .endpoint(baseURL, headers))
    }

    /// Whatever the cache keeps for the request, however old, but for answers that their server forbids to be served
    /// stale. Needs the cache.
    public static let stale = Fallback(name: "stale", kind: .stale)

    /// A fixed answer; also when the call's deadline has passed.
    public static func value(_ response: ClientResponse) -> Fallback {
        Fallback(name: "value", kind: .value(response))
    }

    /// A fixed 200 with a value as JSON. Throws `invalidRequest` when the value cannot be encoded.
    public static func json(_ value: some Encodable) throws -> Fallback {
        let body = ResponseBody.bytes(try RequestBody.jsonData(value))
        return .value(ClientResponse(status: 200, headers: [.contentType: "application/json"], body: body))
    }

    /// Whatever a closure makes of the failure; nil passes on to the next fallback.
    ///
    /// It is not asked when the deadline has passed, and abandoned when it passes, at cancellation and at shutdown; it
    /// waits with `context.sleep(for:)`. What it throws counts as no answer.
    public static func closure(
        _ name: String,
        _ make: @escaping @Sendable (Failure, RequestContext) async throws -> ClientResponse?
    ) -> Fallback {
        Fallback(name: name, kind: .closure(make))
    }
}

extension ClientResponse.Source {
    /// A fallback answered in the place of the service.
    public static let fallback = Self(rawValue: "fallback")
}
