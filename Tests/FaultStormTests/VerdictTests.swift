import Foundation
import ResilientHTTPTesting
import Testing

@testable import FaultStorm

@Suite struct VerdictTests {
    private let right = FaultServer.CatalogueAnswer(status: 200, body: Data("ok".utf8))
    private let wrong = FaultServer.CatalogueAnswer(status: 200, body: Data("no".utf8))

    private func tally(_ results: [CallResult], cancelled: Bool = false, dropped: Bool = false) -> Tally {
        var tally = Tally(name: "b")
        let call = PlannedCall(
            behaviour: 0,
            cancelAfter: cancelled ? .zero : nil,
            url: URL(filePath: "/"),
            upload: nil,
            reading: dropped ? StreamReading(dropAfter: 1, seed: 0) : nil
        )
        for result in results { tally.add(result, to: call, right: [right]) }
        tally.hits = tally.sent
        return tally
    }

    private func problems(_ tallies: [Tally], requests: Int, leftDescriptors: Int = 0, held: [String] = []) -> [String]
    {
        var options = Options()
        options.requests = requests
        var after = ProcessState()
        after.descriptors = leftDescriptors
        let measures = StormReport.Measures(before: .init(), middle: .init(), end: .init(), after: after)
        return Verdict.problems(options, tallies, neverAnswered: [], held: held, measures)
    }

    @Test func answersFailuresAndCancellationsPass() {
        let tallies = [
            tally([.answered(right), .failed(code: "connection_lost", text: "")]), tally([.cancelled], cancelled: true),
            tally([.dropped, .answered(right)], dropped: true),
        ]
        #expect(problems(tallies, requests: 5).isEmpty)
        #expect(tallies.map(\.streamed) == [0, 0, 2])
    }

    @Test func everyBreachIsFound() {
        #expect(problems([tally([.answered(wrong)])], requests: 1).first?.hasPrefix("b: 1 wrong answers") == true)
        #expect(problems([tally([.untyped("x")])], requests: 1) == ["b: 1 unexpected (x)"])
        #expect(problems([tally([.cancelled])], requests: 1) == ["b: 1 unexpected (cancelled by nobody)"])
        #expect(problems([tally([.dropped])], requests: 1) == ["b: 1 unexpected (dropped by nobody)"])
        #expect(problems([tally([.answered(wrong)], dropped: true)], requests: 1).count == 1)
        #expect(
            problems([tally([.answered(right)])], requests: 1, held: ["2 slots", "1 permits"]) == [
                "held after the last call: 2 slots, 1 permits"
            ]
        )
        #expect(problems([tally([.answered(right)])], requests: 2) == ["1 of 2 calls ended"])
        #expect(problems([tally([])], requests: 4).contains("b: met 0 times, not 1"))
        #expect(
            problems([tally([.answered(right)])], requests: 1, leftDescriptors: 2) == [
                "descriptors: 0 before, 2 after"
            ]
        )
    }
}
