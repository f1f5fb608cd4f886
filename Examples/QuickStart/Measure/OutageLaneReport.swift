/// What came of the outage with one client.
struct OutageLaneReport: Codable, Sendable, Equatable {
    /// Requests that the ill service got, each attempt counted.
    var requestsToIllServer = 0
    /// Calls of the outage that ended without a good answer.
    var failedCalls = 0
    /// How long such a call took its caller; the median.
    var failureMilliseconds = 0.0
    /// How these calls failed, and how often.
    var failures: [String: Int] = [:]
    /// From the recovery to the first good answer after it; nil when there was none.
    var comebackMilliseconds: Double?
    /// Calls begun after the recovery that failed nevertheless.
    var failedCallsAfterRecovery = 0
    /// Whether so many calls in a row were good at the end that things count as normal.
    var isBackToNormal = false
    /// Failures that came without a typed error.
    var untypedFailures = 0
}

extension OutageLaneReport {
    init(_ plan: OutagePlan, _ record: OutageRecord, requestsToIllServer: Int) {
        let failed = record.calls.filter { !$0.outcome.succeeded }
        let during = failed.filter { (plan.callsBefore..<plan.callsUntilRecovery).contains($0.index) }
        self.requestsToIllServer = requestsToIllServer
        failedCalls = during.count
        failureMilliseconds = Percentiles(during.map(\.outcome.latency))[50]
        for problem in during.compactMap(\.outcome.problem) { failures[problem, default: 0] += 1 }
        comebackMilliseconds = record.calls.filter { $0.outcome.succeeded && $0.end >= record.recovery }
            .map(\.end).min().map { Percentiles([$0 - record.recovery])[100] }
        failedCallsAfterRecovery = failed.count { $0.index >= plan.callsUntilRecovery }
        isBackToNormal = record.isBack
        untypedFailures = failed.count { !$0.outcome.isTyped }
    }
}
