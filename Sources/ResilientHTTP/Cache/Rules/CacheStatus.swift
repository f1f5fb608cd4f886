/// What this cache says of itself in `Cache-Status` (RFC 9211).
enum CacheStatus {
    /// Why a request was sent on (RFC 9211 §2.2).
    enum Forward: String {
        /// Nothing is kept of this URL.
        case missing = "uri-miss"
        /// What is kept of this URL does not fit the request.
        case variant = "vary-miss"
        /// What is kept is not fresh.
        case stale
        /// The request asked for it.
        case request
        /// The call's mode or the request's kind keeps the cache out of it.
        case bypass
        /// A part was asked for that is not kept.
        case partial
    }

    static func hit(ttl: Int64) -> String { "ResilientHTTP; hit; ttl=\(ttl)" }

    /// Nothing could be served and the server was not to be asked.
    static let unsatisfied = "ResilientHTTP; detail=only-if-cached"

    /// The server was asked in vain, and what is kept stands in for its answer (RFC 9211 §2.3): no hit.
    static func failed(_ reason: Forward, status: ClientResponse.Status?) -> String {
        forwarded(reason, status: status, isStored: false, isCollapsed: false)
    }

    static func forwarded(_ reason: Forward, status: ClientResponse.Status?, isStored: Bool, isCollapsed: Bool)
        -> String
    {
        let validated = status.map { "; fwd-status=\($0)" } ?? ""
        let stored = isStored ? "; stored" : ""
        return "ResilientHTTP; fwd=\(reason.rawValue)\(validated)\(stored)\(isCollapsed ? "; collapsed" : "")"
    }
}
