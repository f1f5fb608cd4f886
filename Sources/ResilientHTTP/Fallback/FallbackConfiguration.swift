public import Foundation

/// What counts as a failure of the whole call, and where the request goes instead.
///
/// The endpoints are tried first, in their order; what the program plugs in (``Dependencies/fallbacks``) comes after
/// them. Nothing is tried for a call that was cancelled or whose client was shut down.
public struct FallbackConfiguration: ConfigurationSection {
    /// Other base URLs that take the place of the request's origin (and of the base URL's path), at most 5. Default:
    /// none.
    ///
    /// They get a request only when it may be sent twice or never reached the first one. Credentials stay behind, as
    /// with a redirect to another origin; use a ``Fallback`` with header fields for an endpoint that needs its own.
    public var endpoints: [URL] = []
    /// The statuses that are failures. Default: 429 and every 5xx but 501.
    public var statuses: Set<Int>?
    /// The codes of errors that are failures. Default: whatever says that the service or the way to it is ill, or that
    /// this client holds back: connections, timeouts, broken answers, `circuit_open`, `rate_limited`, `queue_full`,
    /// `shed`, `resources_exhausted`.
    public var codes: Set<ResilientError.Code> = Self.standardCodes

    /// The codes unless others are chosen.
    public static let standardCodes: Set<ResilientError.Code> = [
        .connectFailed, .nameResolutionFailed, .tlsFailed, .connectionLost, .protocolError, .attemptTimeout,
        .deadlineExceeded, .circuitOpen, .rateLimited, .queueFull, .shed, .resourcesExhausted,
    ]

    /// Makes the default: no endpoints.
    public init() {}

    /// Makes a configuration with other endpoints.
    public init(endpoints: [URL]) {
        self.endpoints = endpoints
    }

    package static let fields: [ConfigurationField<FallbackConfiguration>] = [
        .value("endpoints", \.endpoints) { urls in
            if urls.count > 5 { return "at most 5 endpoints" }
            for url in urls {
                let target = RequestTarget(url)
                if let problem = target.problem { return problem }
                guard let scheme = target.origin?.scheme, scheme == "http" || scheme == "https" else {
                    return "expected http or https URLs"
                }
                if url.query != nil || url.fragment != nil { return "a base URL has neither query nor fragment" }
            }
            return nil
        },
        .optional("statuses", \.statuses) { statuses in
            statuses.allSatisfy((400...599).contains) ? nil : "every status must be from 400 to 599"
        },
        .value("codes", \.codes),
    ]

    func isFailure(_ status: ClientResponse.Status) -> Bool {
        if let statuses { return statuses.contains(status.code) }
        return status == 429 || status.isServerError && status != 501
    }
}
