import ExampleSupport
import Foundation
import ResilientHTTPTesting

/// The program without the process: what it does with which arguments.
struct Program: Sendable {
    let options: Options
    let output = Console(.output)
    /// Where progress goes: not into the JSON.
    let progress: Console

    init(_ options: Options) {
        self.options = options
        progress = options.writesJSON ? Console(.error) : Console(.output)
    }

    func run() async throws -> ExitCode {
        switch options.mode {
        case .help:
            output.write(Help.text)
        case .list:
            output.write(CatalogueTable.text)
        case .serve:
            try await ServerProgram(options).run()
        case .storm:
            Watchdog.start("FaultStorm", seconds: limit)
            return try await storm()
        case .hostile:
            return try await hostile()
        case .compare:
            Watchdog.start("FaultStorm", seconds: 2 * limit)
            return try await compare()
        }
        return .success
    }

    private func storm() async throws -> ExitCode {
        let report = try await StormRun(options, progress: progress)()
        output.write(
            options.writesJSON ? try JSONText.encode(report) : StormTable(report: report, console: output).text
        )
        return report.problems.isEmpty ? .success : .failure
    }

    private func hostile() async throws -> ExitCode {
        let report = try await HostileRun(options, progress: progress)()
        output.write(options.writesJSON ? try JSONText.encode(report) : report.text)
        return report.passed ? .success : .failure
    }

    private func compare() async throws -> ExitCode {
        let report = try await ComparisonRun(options: options, progress: progress)()
        let text =
            try options.writesJSON
            ? JSONText.encode(report) : ComparisonText(report: report, console: output).text
        output.write(text)
        return report.problems.isEmpty ? .success : .failure
    }

    /// Ten times what it should take.
    private var limit: Int { 60 + 10 * StormRun.expectedSeconds(options) }
}
