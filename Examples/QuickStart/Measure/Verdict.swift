/// Whether the library kept its word.
enum Verdict {
    /// What is wrong with the resilient column of a scenario; empty when nothing is.
    static func problems(of scenario: ScenarioReport) -> [String] {
        let lane = scenario.resilient
        var problems: [String] = []
        if let recoverable = scenario.recoverable, lane.recovered < recoverable {
            problems.append(
                "\(recoverable - lane.recovered) of \(recoverable) recoverable requests failed (\(failures(lane)))"
            )
        }
        if scenario.recoverable == nil, lane.recovered == 0 {
            problems.append("no request succeeded (\(failures(lane)))")
        }
        if let duplicates = lane.duplicates, duplicates > 0 {
            problems.append("\(duplicates) unsafe requests were done twice")
        }
        if let leaked = lane.leakedCredentials, leaked > 0 {
            problems.append("\(leaked) requests took their credentials to another origin")
        }
        if lane.untypedFailures > 0 { problems.append("\(lane.untypedFailures) failures had no typed error") }
        if lane.lateFailures > 0 { problems.append("\(lane.lateFailures) failures came after the deadline") }
        return problems.map { "\(scenario.name): \($0)" }
    }

    private static func failures(_ lane: LaneReport) -> String {
        lane.failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .prefix(3).map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
    }
}
