import ResilientHTTP

/// What a rate limit says to a series of demands, none of which waits.
struct LimiterOperation: Operation {
    static let name = "limiter"
    static let keys = ["config", "events"]

    private struct Event {
        let time: MonotonicTime
        let count: Int
    }

    private let meter: LimiterMeter
    private let events: [Event]

    init(_ fields: Fields, _ session: Session) throws {
        var settings = LimiterSettings(fields["config"])
        meter = try settings.meter()
        var last: Int64 = 0
        events = try TraceEvents.list(fields, "events", known: ["t_us", "n"]) { fields in
            let time = try TraceEvents.time(fields, after: &last)
            return Event(time: time, count: Int(try fields.integer("n", in: 0...1_000_000_000) ?? 1))
        }
    }

    var place: OperationPlace { .anywhere }

    func run() -> [JSON.Member] {
        var meter = meter
        let results = events.map { Self.result(meter.take($0.count, now: $0.time)) }
        return [JSON.Member("results", .array(results))]
    }

    private static func result(_ verdict: RateVerdict) -> JSON {
        let (isGranted, wait): (Bool, JSON) =
            switch verdict {
            case .granted: (true, .integer(0))
            case .retryAfter(let wait): (false, .integer(microseconds(wait)))
            // It never helps to wait.
            case .never: (false, .null)
            }
        return .object([JSON.Member("granted", .bool(isGranted)), JSON.Member("retry_after_us", wait)])
    }

    /// Rounded up: after so many whole microseconds it is there.
    private static func microseconds(_ wait: Duration) -> Int64 {
        let (seconds, attoseconds) = wait.components
        return seconds * 1_000_000 + (attoseconds + 999_999_999_999) / 1_000_000_000_000
    }
}
