import ExampleSupport
import Foundation

/// The outage for a person: a line a client.
struct OutageTable {
    let report: OutageReport
    let console: Console

    private static let nameWidth = 30
    private static let columns = [("requests", 12), ("failing call", 16), ("first good", 14), ("failed after", 16)]

    var text: String {
        let heading = OutagePlan.name.padded(Self.nameWidth) + Self.columns.map { $0.0.leftPadded($0.1) }.joined()
        let lines =
            [console.styled(heading, .bold)] + OutageLane.allCases.map { row($0) }
            + [console.styled(Self.indented(sentences), .dim)]
        return "\n" + lines.joined(separator: "\n") + "\n"
    }

    private func row(_ lane: OutageLane) -> String {
        let lane = (name: lane.rawValue, report: report[lane])
        let cells = [
            String(lane.report.requestsToIllServer),
            Self.milliseconds(lane.report.failureMilliseconds),
            lane.report.comebackMilliseconds.map(Self.milliseconds) ?? "never",
            String(lane.report.failedCallsAfterRecovery),
        ]
        return lane.name.padded(Self.nameWidth) + zip(cells, Self.columns).map { $0.leftPadded($1.1) }.joined()
    }

    private var sentences: [String] {
        [
            "A service is ill during \(report.calls) calls, one every \(whole(report.paceMilliseconds)) ms: "
                + "it answers 503 after \(whole(report.illAnswerMilliseconds)) ms.",
            "The breaker opens after \(report.failuresToOpen) failures in a row, here for \(whole(report.openMilliseconds)) ms at a time; "
                + "the default is a minute.",
            "requests: what the ill service got; failing call: what it took its caller, the median; first good: from the",
            "recovery to the first good answer; failed after: calls begun after the recovery that failed nevertheless",
        ]
    }

    private static func indented(_ lines: [String]) -> String {
        lines.map { "  \($0)" }.joined(separator: "\n")
    }

    private func whole(_ value: Double) -> Int { Int(value.rounded()) }

    private static func milliseconds(_ value: Double) -> String {
        String(format: "%.1f ms", value)
    }
}
