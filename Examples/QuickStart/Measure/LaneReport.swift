import Foundation

/// What came of a scenario with one client.
struct LaneReport: Codable, Sendable, Equatable {
    /// Good answers to recoverable requests; to all requests where no script says which these are.
    var recovered = 0
    /// Good answers to recoverable requests, as a share of these.
    var successRate = 1.0
    /// Attempts per request, as the server counted them; for a user's own server, as the client did.
    var attempts = 0.0
    var p50Milliseconds = 0.0
    var p95Milliseconds = 0.0
    /// Unsafe requests that the server got as a whole once too often; nil where the server cannot be asked.
    var duplicates: Int?
    /// Requests that took their Authorization to another origin; nil where the server cannot be asked.
    var leakedCredentials: Int?
    /// Failures that came without a typed error.
    var untypedFailures = 0
    /// Failures that took longer than a call may.
    var lateFailures = 0
    /// What went wrong with those that count, and how often.
    var failures: [String: Int] = [:]
}

extension LaneReport {
    /// Judges outcomes by the script and by what the server saw.
    init(_ scenario: Scenario, _ outcomes: [Outcome], _ arrivals: Arrivals) {
        let pairs = Array(zip(scenario.requests, outcomes))
        let recoverable = pairs.filter { $0.0.isRecoverable(by: scenario.limits) }
        self.init(recoverable.map(\.1), of: outcomes, limits: scenario.limits)
        attempts = Double(arrivals.attempts) / Double(max(1, outcomes.count))
        duplicates = scenario.requests.filter(\.isUnsafe).reduce(0) { $0 + arrivals.duplicates(of: $1) }
        leakedCredentials = arrivals.leakedCredentials
    }

    /// Judges outcomes by themselves.
    init(_ counted: [Outcome], of outcomes: [Outcome], limits: AttemptLimits) {
        recovered = counted.count(where: \.succeeded)
        successRate = counted.isEmpty ? 1 : Double(recovered) / Double(counted.count)
        attempts = Double(outcomes.reduce(0) { $0 + $1.attempts }) / Double(max(1, outcomes.count))
        let latencies = Percentiles(outcomes.map(\.latency))
        p50Milliseconds = latencies[50]
        p95Milliseconds = latencies[95]
        for problem in counted.compactMap(\.problem) { failures[problem, default: 0] += 1 }
        for outcome in outcomes where outcome.problem != nil {
            if !outcome.isTyped { untypedFailures += 1 }
            if outcome.latency > limits.total + .seconds(1) { lateFailures += 1 }
        }
    }
}
