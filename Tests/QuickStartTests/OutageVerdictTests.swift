import Testing

@testable import QuickStart

@Suite struct OutageVerdictTests {
    private let plan = OutagePlan()
    private let without = OutageLaneReport(requestsToIllServer: 200, comebackMilliseconds: 1, isBackToNormal: true)
    private let with = OutageLaneReport(requestsToIllServer: 50, comebackMilliseconds: 350, isBackToNormal: true)

    @Test func aQuarterOfTheRequestsAndATimelyComebackPass() {
        #expect(problems(without, with).isEmpty)
    }

    @Test func tooManyRequestsToTheIllServiceFail() {
        var with = with
        with.requestsToIllServer = 51
        #expect(
            problems(without, with) == [
                "outage: the breaker let 51 requests through to the ill service, where 200 came without it"
            ]
        )
    }

    @Test(arguments: [nil, 1_351]) func aLateComebackFails(_ milliseconds: Double?) {
        var with = with
        with.comebackMilliseconds = milliseconds
        #expect(
            problems(without, with) == ["outage: no good answer through the breaker within 1350 ms of the recovery"]
        )
    }

    @Test func oneGoodAnswerIsNotYetNormal() {
        var with = with
        with.isBackToNormal = false
        #expect(
            problems(without, with) == ["outage: calls through the breaker were not back to normal after the recovery"]
        )
    }

    @Test func anOutageThatNobodyFeltProvesNothing() {
        var without = without
        var with = with
        without.requestsToIllServer = 79
        with.requestsToIllServer = 0
        #expect(
            problems(without, with) == [
                "outage: only 79 requests for 160 calls met the ill service, which shows nothing"
            ]
        )
    }

    @Test func untypedFailuresOfEitherClientFail() {
        var without = without
        var with = with
        without.untypedFailures = 1
        with.untypedFailures = 2
        #expect(problems(without, with) == ["outage: 3 failures had no typed error"])
    }

    @Test func theProgramFailsWithTheOutage() {
        let report = Report(Options(), [], outage: outage(without, without), seconds: 1)
        #expect(!report.passed)
        #expect(Report(Options(), [], outage: outage(without, with), seconds: 1).passed)
    }

    private func problems(_ without: OutageLaneReport, _ with: OutageLaneReport) -> [String] {
        Verdict.problems(of: outage(without, with))
    }

    private func outage(_ without: OutageLaneReport, _ with: OutageLaneReport) -> OutageReport {
        OutageReport(plan, bare: OutageLaneReport(), withoutBreaker: without, withBreaker: with)
    }
}
