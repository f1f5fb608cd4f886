/// What a status says about keeping its answer.
enum StatusRules {
    /// Cacheable without a word of the server (RFC 9110 §15.1), 206 left out: it is kept on explicit word only.
    private static let heuristic: Set<Int> = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]
    /// For how long these are kept, a program may say: what succeeded, and what has moved for good. An error that a
    /// service did not call fresh is never held against it.
    private static let own: Set<Int> = [200, 203, 204, 300, 301, 308]
    /// Those whose meaning this cache knows, for `must-understand` (RFC 9111 §5.2.2.3).
    private static let known: [ClosedRange<Int>] = [
        200...206, 300...303, 307...308, 400...417, 421...422, 426...426, 428...429, 431...431, 451...451, 500...505,
        511...511,
    ]

    /// Whether the time since the last change may be taken for a sign of freshness.
    static func allowsHeuristic(_ status: ClientResponse.Status) -> Bool { heuristic.contains(status.code) }

    /// Whether a time of the program's applies.
    static func allowsOwnTime(_ status: ClientResponse.Status) -> Bool { own.contains(status.code) }

    /// Whether `must-understand` is met.
    static func isUnderstood(_ status: ClientResponse.Status) -> Bool {
        known.contains { $0.contains(status.code) }
    }

    /// Whether a server is taken for failed, so that a stale answer may stand in (RFC 5861 §4).
    static func isFailure(_ status: ClientResponse.Status) -> Bool {
        switch status.code {
        case 500, 502, 503, 504: true
        default: false
        }
    }
}
