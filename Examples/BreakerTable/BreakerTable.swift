/// Prints what the defaults of four libraries' circuit breakers do to the same calls: `swift run -c release BreakerTable`.
///
/// One client calls one server through its standard retries (three attempts, full jitter from 0.5 s, a budget of 500
/// tokens); only the breaker differs. Calls come at random times of a fixed mean rate. A good response takes 20 ms, a 503
/// takes 5 ms. Time is simulated and everything is drawn from one seed, so the table is the same in every run.
@main
enum BreakerTable {
    static func main() throws {
        let seed = CommandLine.arguments.dropFirst().first.flatMap { UInt64($0) } ?? 1
        print("| Case | Breaker | Requests to the failing server | Refused, though it was well | First success after |")
        print("|---|---|---:|---:|---:|")
        for scenarios in Scenario.all(seed: seed) {
            for candidate in Candidate.all {
                let results = try scenarios.map { scenario in
                    try Experiment(scenario: scenario, candidate: candidate, seed: seed).run()
                }
                print("| \(scenarios[0].name) | \(candidate.name) | \(Experiment.Result.row(results)) |")
            }
        }
    }
}
