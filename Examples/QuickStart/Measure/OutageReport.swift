import ResilientHTTP

/// What came of the outage with each client.
struct OutageReport: Codable, Sendable, Equatable {
    /// Calls begun while the service was ill.
    let calls: Int
    /// From one call to the next.
    let paceMilliseconds: Double
    /// How long the ill service took to answer 503.
    let illAnswerMilliseconds: Double
    /// How many failures in a row open the breaker.
    let failuresToOpen: Int
    /// How long the breaker stays open.
    let openMilliseconds: Double
    /// The longest that may pass from the recovery to the first good answer through the breaker.
    let longestComebackMilliseconds: Double
    let bare: OutageLaneReport
    let withoutBreaker: OutageLaneReport
    let withBreaker: OutageLaneReport

    init(
        _ plan: OutagePlan,
        bare: OutageLaneReport,
        withoutBreaker: OutageLaneReport,
        withBreaker: OutageLaneReport
    ) {
        func milliseconds(_ duration: Duration) -> Double { Percentiles([duration])[100] }
        calls = plan.callsDuring
        paceMilliseconds = milliseconds(plan.pace)
        illAnswerMilliseconds = milliseconds(plan.illAnswerTime)
        failuresToOpen = plan.breaker.failureThreshold
        openMilliseconds = milliseconds(plan.openTime)
        longestComebackMilliseconds = milliseconds(plan.longestComeback)
        self.bare = bare
        self.withoutBreaker = withoutBreaker
        self.withBreaker = withBreaker
    }

    subscript(lane: OutageLane) -> OutageLaneReport {
        switch lane {
        case .bare: bare
        case .withoutBreaker: withoutBreaker
        case .withBreaker: withBreaker
        }
    }
}
