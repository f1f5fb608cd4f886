extension ResilientError {
    /// What happened, as an open list: new codes are added without breaking a `switch`, which needs a default.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible, Codable {
        /// The code as it stands in JSON and labels: snake_case.
        public let rawValue: String

        /// Makes a code of one's own, for custom stages.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The code as it stands in JSON and labels.
        public var description: String { rawValue }
    }
}

extension ResilientError.Code {
    /// The request breaks HTTP's grammar or a validator's rule; nothing was sent.
    public static let invalidRequest = Self(rawValue: "invalid_request")
    /// Plain HTTP to a host that is not this machine, or another breach of the security policy; nothing was sent.
    public static let insecureRequest = Self(rawValue: "insecure_request")
    /// The endpoint names another origin than the base URL; nothing was sent.
    public static let originRefused = Self(rawValue: "origin_refused")
    /// A redirect that must not be followed: from https to http, or to a place that cannot be called.
    public static let redirectRefused = Self(rawValue: "redirect_refused")
    /// More redirects than allowed.
    public static let tooManyRedirects = Self(rawValue: "too_many_redirects")
    /// The body was needed a second time and can be read only once.
    public static let bodyNotReplayable = Self(rawValue: "body_not_replayable")
    /// No connection could be made; nothing was sent.
    public static let connectFailed = Self(rawValue: "connect_failed")
    /// The host's name has no address; nothing was sent.
    public static let nameResolutionFailed = Self(rawValue: "name_resolution_failed")
    /// The TLS handshake or the certificate failed; nothing was sent.
    public static let tlsFailed = Self(rawValue: "tls_failed")
    /// The connection ended before the answer was complete.
    public static let connectionLost = Self(rawValue: "connection_lost")
    /// The server's answer breaks the protocol.
    public static let protocolError = Self(rawValue: "protocol_error")
    /// The response is larger than the limit of the call.
    public static let responseTooLarge = Self(rawValue: "response_too_large")
    /// One attempt took longer than its timeout.
    public static let attemptTimeout = Self(rawValue: "attempt_timeout")
    /// The whole call took longer than its total timeout.
    public static let deadlineExceeded = Self(rawValue: "deadline_exceeded")
    /// The circuit breaker is open.
    public static let circuitOpen = Self(rawValue: "circuit_open")
    /// A local rate limit refused the call.
    public static let rateLimited = Self(rawValue: "rate_limited")
    /// The admission queue is full.
    public static let queueFull = Self(rawValue: "queue_full")
    /// The call was shed because it could not have met its deadline.
    public static let shed = Self(rawValue: "shed")
    /// This machine has run out of what a connection needs: file descriptors, local ports or memory. Nothing was sent,
    /// and it says nothing about the server.
    public static let resourcesExhausted = Self(rawValue: "resources_exhausted")
    /// The response's status is not a success, for call styles that throw it.
    public static let status = Self(rawValue: "status")
    /// The body could not be decoded.
    public static let decoding = Self(rawValue: "decoding")
    /// A local file could not be read or written.
    public static let fileFailed = Self(rawValue: "file_failed")
    /// The configuration is invalid; `problems` lists why.
    public static let configuration = Self(rawValue: "configuration")
    /// The transport cannot do what the request needs.
    public static let unsupported = Self(rawValue: "unsupported")
    /// The client has been shut down.
    public static let clientClosed = Self(rawValue: "client_closed")
}
