/// What kind of failure an attempt was: what rules, costs and metrics are by.
public struct FailureClass: Sendable, Hashable, RawRepresentable, CustomStringConvertible, Codable {
    /// The name as it stands in JSON and labels: snake_case.
    public let rawValue: String

    /// Makes a class of one's own, for a client's own classifier.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The name as it stands in JSON and labels.
    public var description: String { rawValue }

    /// No connection, or no address for the name: nothing was sent.
    public static let connect = Self(rawValue: "connect")
    /// This machine has run out of descriptors, local ports or memory: nothing was sent. A retry after it costs no
    /// budget unless a rule says so.
    public static let resourcesExhausted = Self(rawValue: "resources_exhausted")
    /// The connection ended before the answer was complete.
    public static let connectionLost = Self(rawValue: "connection_lost")
    /// The attempt timeout passed.
    public static let timeout = Self(rawValue: "timeout")
    /// TLS or certificate.
    public static let tls = Self(rawValue: "tls")
    /// The answer breaks the protocol.
    public static let protocolError = Self(rawValue: "protocol_error")
    /// 408: the server gave up waiting for the request.
    public static let requestTimeout = Self(rawValue: "request_timeout")
    /// 429, or 403 with a `Retry-After`, and the service will take requests again later.
    public static let throttled = Self(rawValue: "throttled")
    /// 429 because a quota or a balance is used up: waiting does not help.
    public static let quotaExhausted = Self(rawValue: "quota_exhausted")
    /// 5xx, but 501.
    public static let serverError = Self(rawValue: "server_error")
    /// A status that the configuration lists as retryable and that belongs to no other class.
    public static let listedStatus = Self(rawValue: "listed_status")
    /// Any other status of 400 and above with `x-should-retry: true`.
    public static let serverAsks = Self(rawValue: "server_asks")
}
