import ExampleSupport
import Foundation
import Testing

@testable import QuickStart

@Suite struct TableTests {
    @Test func columnsAreAligned() {
        let bare = LaneReport(
            recovered: 1_999,
            successRate: 0.99951,
            attempts: 12.5,
            p50Milliseconds: 1,
            p95Milliseconds: 2_003.2,
            duplicates: 33
        )
        let resilient = LaneReport(
            recovered: 2_000,
            attempts: 1,
            p50Milliseconds: 0.4,
            p95Milliseconds: 10.06,
            duplicates: 0
        )
        let scenario = ScenarioReport(
            name: "POST, Idempotency-Key",
            sentence: "One sentence.",
            requests: 2_000,
            recoverable: 2_000,
            unrecoverable: 0,
            bare: bare,
            resilient: resilient
        )
        let report = Report(Options(), [scenario], seconds: 1)
        let lines = Table(report: report, console: Console(plain: .output)).text.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(Set([lines[0], lines[1], lines[2]].map(\.count)).count == 1)
        // Not everything, so not 100 %.
        #expect(lines[2].contains(" 99.9%"))
        #expect(lines[2].contains("100.0%"))
    }
}
