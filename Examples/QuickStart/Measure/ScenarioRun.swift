import Foundation
import ResilientHTTPTesting

/// Runs one scenario with both clients, each against a fresh server with the same script.
struct ScenarioRun: Sendable {
    let scenario: Scenario
    let options: Options
    let progress: ProgressLine

    func callAsFunction() async throws -> ScenarioReport {
        let bare = try await run(.bare)
        let resilient = try await run(.resilient)
        let recoverable = scenario.requests.count { $0.isRecoverable(by: scenario.limits) }
        return ScenarioReport(
            name: scenario.name,
            sentence: scenario.sentence,
            requests: scenario.requests.count,
            recoverable: recoverable,
            unrecoverable: scenario.requests.count - recoverable,
            bare: bare,
            resilient: resilient
        )
    }

    private func run(_ kind: LaneKind) async throws -> LaneReport {
        progress.begin(scenario.name, kind.rawValue, of: scenario.requests.count)
        let settings = LaneSettings(
            limits: scenario.limits,
            seed: options.seed,
            requests: scenario.requests.count,
            retries: options.retries,
            transport: options.transport
        )
        let count = scenario.hasClientPerWorker ? Load.workers : 1
        let lanes = try (0..<count).map { _ in try kind.make(settings) }
        var host = try ServerHost(scenario.requests)
        var outcomes: [Outcome] = []
        for batch in batches {
            let load = Load(
                requests: batch,
                lanes: lanes,
                url: { [base = host.url] in base.appendingPathComponent($0.path) },
                onFinish: { [progress] in progress.advance() }
            )
            if batch.first?.isRefusedFirst == true {
                await host.stop()
                async let late = load.run()
                await Restart.wait()
                try host.restart()
                outcomes += await late
            } else {
                outcomes += await load.run()
            }
        }
        for lane in lanes { await lane.end() }
        return LaneReport(scenario, outcomes, await host.end())
    }

    /// All requests at once, or in batches where the server goes down between them.
    private var batches: [[PlannedRequest]] {
        let requests = scenario.requests
        guard requests.contains(where: \.isRefusedFirst) else { return [requests] }
        return stride(from: 0, to: requests.count, by: Load.workers).map {
            Array(requests[$0..<min($0 + Load.workers, requests.count)])
        }
    }
}
