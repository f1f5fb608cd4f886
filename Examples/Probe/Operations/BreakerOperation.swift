import ResilientHTTP
import ResilientHTTPTesting

/// What a circuit breaker makes of a series of calls, on a clock that the events move.
struct BreakerOperation: Operation {
    static let name = "breaker"
    static let keys = ["config", "events"]

    private let clock = ManualClock(startingAt: .zero)
    private let breaker: CircuitBreaker
    private let events: [BreakerEvent]

    init(_ fields: Fields, _ session: Session) throws {
        breaker = try BreakerSettings(fields["config"]).breaker(.manual(clock))
        var last: Int64 = 0
        events = try TraceEvents.list(fields, "events", known: BreakerEvent.keys) {
            try BreakerEvent($0, after: &last)
        }
    }

    var place: OperationPlace { .anywhere }

    func run() throws -> [JSON.Member] {
        var permits = BreakerPermits()
        let results = try events.map { event in
            clock.advance(to: event.time)
            guard let outcome = event.kind.outcome else { return result(try permits.acquire(breaker)) }
            try permits.settle(event, outcome)
            return result(nil)
        }
        return [JSON.Member("results", .array(results))]
    }

    /// The breaker after an event: `permitted` of an acquire, and rates where there are enough calls.
    private func result(_ isPermitted: Bool?) -> JSON {
        let status = breaker.status
        return .object([
            JSON.Member("permitted", isPermitted.map(JSON.bool) ?? .null),
            JSON.Member("state", .string(status.state.rawValue)),
            JSON.Member("failure_rate", Self.percent(status.failureRate, of: status.callCount)),
            JSON.Member("slow_rate", Self.percent(status.slowCallRate, of: status.callCount)),
        ])
    }

    /// From the number of calls, so that 7 of 100 are 7 % and not 7.000000000000001.
    private static func percent(_ rate: Double?, of calls: Int) -> JSON {
        guard let rate, calls > 0 else { return .null }
        return .double((rate * Double(calls)).rounded() * 100 / Double(calls))
    }
}
