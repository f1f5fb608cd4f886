import ResilientHTTP

/// What a `Retry-After` field means, whatever a client makes of it (RFC 9110 §10.2.3).
struct RetryAfterOperation: Operation {
    static let name = "retry_after"
    static let keys = ["headers", "now"]

    private let headers: HeaderFields
    private let now: Int64

    init(_ fields: Fields, _ session: Session) throws {
        headers = try fields.headers("headers")
        // A fraction of the current second changes no meaning.
        now = Int64(try fields.need(fields.number("now", in: -1e12...1e12), "now").rounded(.down))
    }

    var place: OperationPlace { .anywhere }

    func run() -> [JSON.Member] {
        let (meaning, seconds): (String, JSON)
        let lines = headers[values: .retryAfter]
        // Of several lines the longest wait counts.
        switch lines.compactMap({ RetryAfter($0, now: now) }).max(by: { $0.delay(now: now) < $1.delay(now: now) }) {
        case nil: (meaning, seconds) = (lines.isEmpty ? "none" : "invalid", .null)
        case .delay(let delay)?: (meaning, seconds) = ("delay", .double(delay.inSeconds))
        case .date(let unixSeconds)?: (meaning, seconds) = ("date", .integer(unixSeconds - now))
        }
        return [JSON.Member("meaning", .string(meaning)), JSON.Member("seconds", seconds)]
    }
}
