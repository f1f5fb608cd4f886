import ExampleSupport
import Foundation

/// The program without the process: what it does with which arguments.
struct Program: Sendable {
    let options: Options
    let output: Console
    /// Where progress goes: not into the JSON.
    let progress: Console

    init(_ options: Options) {
        self.options = options
        output = Console(.output)
        progress = options.writesJSON ? Console(.error) : output
    }

    func run() async throws -> ExitCode {
        let clock = ContinuousClock()
        let started = clock.now
        let (scenarios, outage) =
            if let url = options.url { (try await ownServer(url), OutageReport?.none) } else {
                try await embeddedServer()
            }
        let seconds = Percentiles([clock.now - started])[100] / 1_000
        let report = Report(options, scenarios, outage: outage, seconds: seconds)
        if options.writesJSON {
            output.write(try JSONText.encode(report))
        } else {
            output.write(Table(report: report, console: output).text)
            if let outage { output.write(OutageTable(report: outage, console: output).text) }
            output.write(Summary(report: report, console: output).text)
        }
        return report.problems.isEmpty ? .success : .failure
    }

    private func embeddedServer() async throws -> ([ScenarioReport], OutageReport) {
        let scenarios = ScenarioList.all(Workload(seed: options.seed, requests: options.requests))
        progress.write(
            "\(options.requests) requests a scenario, through bare URLSession and then through ResilientHTTP, to a server"
                + " that\nmisbehaves by script (seed \(options.seed)). Everything stays on this machine.\n\n"
        )
        let line = ProgressLine(progress, scenarios: scenarios.count + 1)
        defer { line.end() }
        var reports: [ScenarioReport] = []
        for scenario in scenarios {
            reports.append(try await ScenarioRun(scenario: scenario, options: options, progress: line)())
        }
        return (reports, try await OutageRun(plan: OutagePlan(), options: options, progress: line)())
    }

    private func ownServer(_ url: URL) async throws -> [ScenarioReport] {
        let line = ProgressLine(progress, scenarios: 1)
        defer { line.end() }
        return [try await OwnServerRun(url: url, options: options, progress: line)()]
    }
}
