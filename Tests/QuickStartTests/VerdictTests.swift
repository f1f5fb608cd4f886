import Testing

@testable import QuickStart

@Suite struct VerdictTests {
    @Test func fullRecoveryPasses() {
        #expect(Verdict.problems(of: scenario(LaneReport(recovered: 90))).isEmpty)
    }

    @Test func everyBreachIsNamed() {
        let lane = LaneReport(
            recovered: 88,
            duplicates: 2,
            leakedCredentials: 3,
            untypedFailures: 4,
            lateFailures: 5,
            failures: ["status 503": 2, "connection_lost": 10]
        )
        #expect(
            Verdict.problems(of: scenario(lane)) == [
                "s: 2 of 90 recoverable requests failed (10 × connection_lost, 2 × status 503)",
                "s: 2 unsafe requests were done twice",
                "s: 3 requests took their credentials to another origin",
                "s: 4 failures had no typed error",
                "s: 5 failures came after the deadline",
            ]
        )
    }

    @Test func aServerWithoutScriptHasToAnswerAtAll() {
        let silent = ScenarioReport(
            name: "s",
            sentence: "",
            requests: 9,
            recoverable: nil,
            unrecoverable: nil,
            bare: LaneReport(),
            resilient: LaneReport(failures: ["connect_failed": 9])
        )
        #expect(Verdict.problems(of: silent) == ["s: no request succeeded (9 × connect_failed)"])
    }

    private func scenario(_ resilient: LaneReport) -> ScenarioReport {
        ScenarioReport(
            name: "s",
            sentence: "",
            requests: 100,
            recoverable: 90,
            unrecoverable: 10,
            bare: LaneReport(),
            resilient: resilient
        )
    }
}
