import ExampleSupport
import Foundation

/// Runs the storm twice, each time in a process of its own.
struct ComparisonRun: Sendable {
    let options: Options
    let progress: Console

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func callAsFunction() async throws -> ComparisonReport {
        ComparisonReport(bare: try await run(["--bare"]), resilient: try await run(["--transport", options.transport]))
    }

    private func run(_ client: [String]) async throws -> StormReport {
        var arguments = client + ["--json", "--requests", "\(options.requests)", "--seed", "\(options.seed)"]
        arguments += ["--streams", "\(options.streamedPercent)"]
        arguments += ["--in-flight", "\(options.inFlight)"] + (options.cancels ? [] : ["--no-cancel"])
        if let behaviours = options.behaviours { arguments += ["--behaviours", behaviours.joined(separator: ",")] }
        guard let program = Bundle.main.executableURL else { throw Failure(description: "no program to run") }
        let run = try await ProgramRun.run(program, arguments, showsErrors: true)
        guard !run.wasKilled else {
            throw Failure(description: "signal \(run.status) ended the storm with \(client.joined(separator: " "))")
        }
        return try JSONText.decode(StormReport.self, from: run.output)
    }
}
