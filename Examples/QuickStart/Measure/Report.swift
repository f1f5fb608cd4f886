/// The whole run.
struct Report: Codable, Sendable, Equatable {
    let seed: UInt64
    let requestsPerScenario: Int
    let retries: Bool
    let scenarios: [ScenarioReport]
    /// The outage; nil for a server of the user's own.
    let outage: OutageReport?
    /// The crowd; nil for a server of the user's own.
    let crowd: CrowdReport?
    let seconds: Double
    let passed: Bool
    /// What is wrong with ResilientHTTP's results; empty when nothing is.
    let problems: [String]

    init(
        _ options: Options,
        _ scenarios: [ScenarioReport],
        outage: OutageReport? = nil,
        crowd: CrowdReport? = nil,
        seconds: Double
    ) {
        seed = options.seed
        requestsPerScenario = options.requests
        retries = options.retries
        self.scenarios = scenarios
        self.outage = outage
        self.crowd = crowd
        self.seconds = seconds
        problems =
            scenarios.flatMap { Verdict.problems(of: $0) } + (outage.map(Verdict.problems) ?? [])
            + (crowd.map(Verdict.problems) ?? [])
        passed = problems.isEmpty
    }
}
