import ResilientHTTPTesting
import Testing

@testable import QuickStart

@Suite struct ScenarioListTests {
    @Test func thereAreAtLeastEightScenariosOfTwoHundredRequests() {
        let scenarios = ScenarioList.all(Workload(seed: Options.defaultSeed, requests: Options.defaultRequests))
        #expect(scenarios.count >= 8)
        #expect(Set(scenarios.map(\.name)).count == scenarios.count)
        for scenario in scenarios { #expect(scenario.requests.count >= 200, "\(scenario.name)") }
    }

    @Test func aSeedGivesOneScript() {
        #expect(script(seed: 1) == script(seed: 1))
        #expect(script(seed: 1) != script(seed: 2))
    }

    @Test func noStepEndsTheProcessOfURLSession() {
        for step in ServerStep.allCases {
            #expect(step.behaviour(index: 0).isSurvivableByURLSession, "\(step)")
        }
        #expect(OutagePlan().ill.isSurvivableByURLSession)
    }

    @Test func bothKindsOfRequestsAreThere() {
        let scenarios = ScenarioList.all(Workload(seed: Options.defaultSeed, requests: Options.defaultRequests))
        let judged = scenarios.flatMap { scenario in
            scenario.requests.map { ($0, $0.isRecoverable(by: scenario.limits)) }
        }
        #expect(judged.contains { $0.isUnsafe && $0.isRefusedFirst && $1 })
        #expect(judged.contains { $0.isUnsafe && !$1 })
        #expect(judged.contains { $0.method == "GET" && !$1 })
    }

    private func script(seed: UInt64) -> [[ServerStep]] {
        ScenarioList.all(Workload(seed: seed, requests: 50)).flatMap { $0.requests.map(\.steps) }
    }
}
