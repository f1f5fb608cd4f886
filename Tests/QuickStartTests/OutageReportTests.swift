import ExampleSupport
import Testing

@testable import QuickStart

@Suite struct OutageReportTests {
    @Test func callsCountByWhenTheyBegan() {
        var plan = OutagePlan()
        plan.callsBefore = 1
        plan.callsDuring = 3
        let record = OutageRecord(
            calls: [
                call(0, nil, ends: 1),
                call(1, "status 503", took: 50, ends: 60),
                call(2, "circuit_open", took: 2, ends: 70),
                // Begun in the outage, saved by its retry after the recovery.
                call(3, nil, took: 90, ends: 120),
                call(4, "circuit_open", isTyped: false, ends: 105),
                call(5, nil, ends: 125),
            ],
            recovery: .milliseconds(100),
            isBack: true
        )
        #expect(
            OutageLaneReport(plan, record, requestsToIllServer: 7)
                == OutageLaneReport(
                    requestsToIllServer: 7,
                    failedCalls: 2,
                    failureMilliseconds: 2,
                    failures: ["status 503": 1, "circuit_open": 1],
                    comebackMilliseconds: 20,
                    failedCallsAfterRecovery: 1,
                    isBackToNormal: true,
                    untypedFailures: 1
                )
        )
    }

    @Test func withoutAGoodAnswerAfterTheRecoveryThereIsNoComeback() {
        let record = OutageRecord(calls: [call(0, nil, ends: 1)], recovery: .milliseconds(100))
        let report = OutageLaneReport(OutagePlan(), record, requestsToIllServer: 0)
        #expect(report.comebackMilliseconds == nil)
        #expect(!report.isBackToNormal)
    }

    @Test func theTablesColumnsAreAligned() {
        let report = OutageReport(
            OutagePlan(),
            bare: OutageLaneReport(requestsToIllServer: 9_999, failureMilliseconds: 1_234.5, comebackMilliseconds: 0),
            withoutBreaker: OutageLaneReport(),
            withBreaker: OutageLaneReport(comebackMilliseconds: 299.96, failedCallsAfterRecovery: 57)
        )
        let lines = OutageTable(report: report, console: Console(plain: .output)).text.split(separator: "\n")
        #expect(Set(lines.prefix(4).map(\.count)).count == 1)
        #expect(lines[2].contains("never"))
        #expect(lines[3].contains("300.0 ms"))
    }

    private func call(
        _ index: Int,
        _ problem: String?,
        isTyped: Bool = true,
        took latency: Int = 1,
        ends end: Int
    ) -> OutageCall {
        let outcome = Outcome(problem: problem, isTyped: isTyped, latency: .milliseconds(latency), attempts: 1)
        return OutageCall(index: index, outcome: outcome, end: .milliseconds(end))
    }
}
