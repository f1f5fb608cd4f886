/// The whole run.
struct Report: Codable, Sendable, Equatable {
    let seed: UInt64
    let requestsPerScenario: Int
    let retries: Bool
    let scenarios: [ScenarioReport]
    let seconds: Double
    let passed: Bool
    /// What is wrong with the resilient column; empty when nothing is.
    let problems: [String]

    init(_ options: Options, _ scenarios: [ScenarioReport], seconds: Double) {
        seed = options.seed
        requestsPerScenario = options.requests
        retries = options.retries
        self.scenarios = scenarios
        self.seconds = seconds
        problems = scenarios.flatMap { Verdict.problems(of: $0) }
        passed = problems.isEmpty
    }
}
