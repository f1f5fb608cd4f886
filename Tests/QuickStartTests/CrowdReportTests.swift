import ExampleSupport
import Testing

@testable import QuickStart

@Suite struct CrowdReportTests {
    @Test func callsAndTheirTimesAreCounted() {
        let outcomes = [
            Outcome(problem: nil, isTyped: true, latency: .milliseconds(4), attempts: 1),
            Outcome(problem: "status 503", isTyped: false, latency: .milliseconds(6), attempts: 3),
            Outcome(problem: nil, isTyped: true, latency: .milliseconds(5), attempts: 0),
        ]
        #expect(
            CrowdRushReport(.again, outcomes, requests: 4)
                == CrowdRushReport(rush: .again, requests: 4, served: 2, milliseconds: 5, untypedFailures: 1)
        )
    }

    @Test func oneRequestForACrowdPasses() {
        #expect(Verdict.problems(of: report()).isEmpty)
    }

    @Test func everyWayToFallShortIsNamed() {
        let problems = Verdict.problems(
            of: report { lane, rush in
                switch (lane, rush) {
                case (.plain, .first): (99, 100)
                case (.deduplicated, .again): (11, 100)
                case (.cached, .again): (1, 100)
                case (.cached, .down): (1, 99)
                default: nil
                }
            }
        )
        #expect(
            problems == [
                "crowd: without deduplication only 99 requests came, which shows nothing",
                "crowd: with deduplication, again: 11 requests where 10 would do",
                "crowd: with cache, too, again: 1 requests where 0 would do",
                "crowd: with cache, too, service down: 99 of 100 got the page",
            ]
        )
    }

    @Test func whatWasNotRunIsNoSuccess() {
        let problems = Verdict.problems(of: CrowdReport(CrowdPlan(), []))
        #expect(problems.count == 5)
        #expect(problems.allSatisfy { $0.hasSuffix("was not run") })
    }

    @Test func theProgramFailsWithTheCrowd() {
        let bad = report { lane, rush in lane == .cached && rush == .down ? (100, 0) : nil }
        #expect(!Report(Options(), [], crowd: bad, seconds: 1).passed)
        #expect(Report(Options(), [], crowd: report(), seconds: 1).passed)
    }

    @Test func theTablesColumnsAreAligned() {
        let lines = CrowdTable(report: report(), console: Console(plain: .output)).text.split(separator: "\n")
        #expect(Set(lines.prefix(5).map(\.count)).count == 1)
        #expect(lines[1].hasSuffix("100 / 100 / 1.0 ms"))
    }

    /// A good report, but for what is given otherwise: requests and calls served.
    private func report(
        _ change: (CrowdLane, CrowdRush) -> (requests: Int, served: Int)? = { _, _ in nil }
    ) -> CrowdReport {
        func standard(_ lane: CrowdLane, _ rush: CrowdRush) -> (requests: Int, served: Int) {
            switch lane {
            case .bare, .plain: (100, 100)
            case .deduplicated: (1, 100)
            case .cached: (rush == .again ? 0 : 1, 100)
            }
        }
        let lanes = CrowdLane.allCases.map { lane in
            let rushes = CrowdRush.allCases.map { rush in
                let (requests, served) = change(lane, rush) ?? standard(lane, rush)
                return CrowdRushReport(
                    rush: rush,
                    requests: requests,
                    served: served,
                    milliseconds: 1,
                    untypedFailures: 0
                )
            }
            return CrowdLaneReport(lane: lane, rushes: rushes)
        }
        return CrowdReport(CrowdPlan(), lanes)
    }
}
