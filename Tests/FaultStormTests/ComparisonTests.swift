import Testing

@testable import FaultStorm

@Suite struct ComparisonTests {
    private func storm(growth: Int, requests: Int = 1_000) -> StormReport {
        var options = Options()
        options.requests = requests
        options.behaviours = ["ok"]
        var (middle, end) = (ProcessState(), ProcessState())
        middle.residentBytes = 10_000_000
        end.residentBytes = 10_000_000 + growth
        var tally = Tally(name: "ok")
        tally.answered = requests
        tally.hits = requests
        return StormReport(
            options,
            tallies: [tally],
            neverAnswered: [],
            held: [],
            measures: .init(before: .init(), middle: middle, end: end, after: .init()),
            seconds: 1
        )
    }

    @Test func theClientMayCostSixtyFourBytesARequestMore() {
        let (bare, most) = (storm(growth: 100_000), 100_000 + 64 * 500)
        #expect(ComparisonReport(bare: bare, resilient: storm(growth: most)).passed)
        let over = ComparisonReport(bare: bare, resilient: storm(growth: most + 1))
        #expect(over.problems == ["memory grew by \(most + 1) bytes, allowed are \(most)"])
        #expect(!over.passed)
    }
}
