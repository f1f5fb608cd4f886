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
        let settings = LaneSettings(
            limits: scenario.limits,
            seed: options.seed,
            requests: scenario.requests.count,
            retries: options.retries
        )
        return try await FaultServer.withServer(serverLimits) { server in
            let requests = scenario.requests
            server.setHandler { ScriptedServer.behaviour(for: $0, requests) }
            progress.begin(scenario.name, kind, of: requests.count)
            let outcomes = try await Load(
                requests: requests,
                hasClientPerWorker: scenario.hasClientPerWorker,
                makeLane: { try kind.make(settings) },
                url: { [base = server.url] in base.appendingPathComponent($0.path) },
                onFinish: { progress.advance() }
            ).run()
            // What is still on its way may be the duplicate.
            try? await server.waitForNoConnections(timeout: .milliseconds(300))
            return LaneReport(scenario, outcomes, Arrivals(server))
        }
    }

    private var serverLimits: FaultServer.Configuration {
        var configuration = FaultServer.Configuration()
        configuration.maximumRecordedRequests = 10 * scenario.requests.count + 1_000
        configuration.maximumRequestKeys = 10 * scenario.requests.count + 1_000
        return configuration
    }
}
