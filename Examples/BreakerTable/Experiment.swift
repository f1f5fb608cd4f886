import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// One scenario with one breaker, in simulated time.
struct Experiment: Sendable {
    let scenario: Scenario
    let candidate: Candidate
    let seed: UInt64

    func run() throws -> Result {
        try Simulation(seed: seed).run { simulation in
            let server = ModelServer(scenario, on: simulation.clock)
            let configuration = Configuration.recommended.with { $0.circuitBreaker = candidate.breaker }
            let client = try ResilientClient(configuration, dependencies: simulation.dependencies(transport: server))
            let refused = Counter()
            for call in scenario.calls {
                let pause = call.time - server.seconds
                if pause > 0 { try await simulation.sleep(for: .seconds(pause)) }
                simulation.start {
                    if await isRefused(call, client, server) { refused.add() }
                }
            }
            // Until the last retry has ended.
            try await simulation.sleep(for: .seconds(200))
            await client.shutdown()
            return Result(server: server.counts, refused: refused.value, recovery: scenario.recovery)
        }
    }

    /// Whether the breaker ended a call though its next attempt would have been answered well.
    private func isRefused(_ call: Scenario.Call, _ client: ResilientClient, _ server: ModelServer) async -> Bool {
        guard let url = URL(string: "https://service.example\(call.path)") else { return false }
        let explanation: Explanation
        var isOpen = false
        do {
            let response = try await client.send(ClientRequest(url: url))
            guard response.status == 503 else { return false }
            explanation = response.explanation
        } catch {
            guard let error = error as? ResilientError else { return false }
            (explanation, isOpen) = (error.explanation, error.code == .circuitOpen)
        }
        let words = explanation.decisions.last { $0.stage == .retry }?.outcome.description ?? ""
        let mark = words.range(of: "the circuit will still be open in ")
        let pause = mark.flatMap { Double(words[$0.upperBound...].dropLast(2)) }
        guard isOpen || pause != nil || words.contains("the circuit is open") else { return false }
        return scenario.isWell(call.path, server.seconds + (pause ?? 0))
    }
}
