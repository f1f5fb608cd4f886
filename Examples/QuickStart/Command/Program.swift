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
        let results = if let url = options.url { try await ownServer(url) } else { try await embeddedServer() }
        let seconds = Percentiles([clock.now - started])[100] / 1_000
        let report = Report(
            options,
            results.scenarios,
            outage: results.outage,
            crowd: results.crowd,
            seconds: seconds
        )
        if options.writesJSON {
            output.write(try JSONText.encode(report))
        } else {
            output.write(Table(report: report, console: output).text)
            if let outage = results.outage { output.write(OutageTable(report: outage, console: output).text) }
            if let crowd = results.crowd { output.write(CrowdTable(report: crowd, console: output).text) }
            output.write(Summary(report: report, console: output).text)
        }
        return report.problems.isEmpty ? .success : .failure
    }

    private struct Results {
        let scenarios: [ScenarioReport]
        var outage: OutageReport?
        var crowd: CrowdReport?
    }

    private func embeddedServer() async throws -> Results {
        let scenarios = ScenarioList.all(Workload(seed: options.seed, requests: options.requests))
        progress.write(
            "\(options.requests) requests a scenario, through bare URLSession and then through ResilientHTTP, to a server"
                + " that\nmisbehaves by script (seed \(options.seed)). Everything stays on this machine.\n\n"
        )
        let line = ProgressLine(progress, scenarios: scenarios.count + 2)
        defer { line.end() }
        var reports: [ScenarioReport] = []
        for scenario in scenarios {
            reports.append(try await ScenarioRun(scenario: scenario, options: options, progress: line)())
        }
        return Results(
            scenarios: reports,
            outage: try await OutageRun(plan: OutagePlan(), options: options, progress: line)(),
            crowd: try await CrowdRun(plan: CrowdPlan(), options: options, progress: line)()
        )
    }

    private func ownServer(_ url: URL) async throws -> Results {
        let line = ProgressLine(progress, scenarios: 1)
        defer { line.end() }
        return Results(scenarios: [try await OwnServerRun(url: url, options: options, progress: line)()])
    }
}
