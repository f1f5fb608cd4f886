import ExampleSupport
import Foundation

/// The crowd for a person: a line a client, and for each rush what reached the service and who got the page.
struct CrowdTable {
    let report: CrowdReport
    let console: Console

    private static let nameWidth = 22
    private static let columnWidth = 22

    var text: String {
        let titles = CrowdRush.allCases.map { $0.rawValue.leftPadded(Self.columnWidth) }
        let heading = CrowdPlan.name.padded(Self.nameWidth) + titles.joined()
        let lines =
            [console.styled(heading, .bold)] + CrowdLane.allCases.map { row($0) }
            + [console.styled(sentences.map { "  \($0)" }.joined(separator: "\n"), .dim)]
        return "\n" + lines.joined(separator: "\n") + "\n"
    }

    private func row(_ lane: CrowdLane) -> String {
        lane.rawValue.padded(Self.nameWidth)
            + CrowdRush.allCases.map { cell(report[lane, $0]).leftPadded(Self.columnWidth) }.joined()
    }

    private func cell(_ rush: CrowdRushReport?) -> String {
        guard let rush else { return "-" }
        return "\(rush.requests) / \(rush.served)" + String(format: " / %.1f ms", rush.milliseconds)
    }

    private var sentences: [String] {
        [
            "\(report.calls) calls want the same page at once; the service takes \(Int(report.answerMilliseconds)) ms. Then again,"
                + " and once more when the page",
            "is stale and the service answers 503. Each cell: requests that reached the service / calls that got the page /",
            "the median of what a call took",
        ]
    }
}
