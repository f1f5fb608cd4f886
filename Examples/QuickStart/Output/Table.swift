import ExampleSupport
import Foundation

/// The results for a person: two columns of the same figures, side by side.
struct Table {
    let report: Report
    let console: Console

    private static let nameWidth = 22
    private static let countWidth = 7
    private static let columns = [("success", 8), ("tries", 6), ("p50", 8), ("p95", 8), ("dup.", 5)]

    var text: String {
        var lines = heading
        for scenario in report.scenarios {
            lines.append(row(scenario))
            lines.append(console.styled("  \(scenario.sentence)", .dim))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var heading: [String] {
        let counts = hasScript ? " ".repeated(2 * Self.countWidth) : ""
        let laneWidth = columns.reduce(0) { $0 + $1.1 }
        let kinds = LaneKind.allCases.map { "  ─ \($0.rawValue) ".padded(laneWidth, with: "─") }
        let names = columns.map { $0.leftPadded($1) }.joined()
        let countNames = hasScript ? ["recov.", "unrec."].map { $0.leftPadded(Self.countWidth) }.joined() : ""
        return [
            " ".repeated(Self.nameWidth) + counts + kinds.joined(),
            console.styled("scenario".padded(Self.nameWidth) + countNames + names + names, .bold),
        ]
    }

    /// Nobody can ask a user's own server what it got twice.
    private var columns: ArraySlice<(String, Int)> { hasScript ? Self.columns[...] : Self.columns.dropLast() }

    private var hasScript: Bool { report.scenarios.contains { $0.recoverable != nil } }

    private func row(_ scenario: ScenarioReport) -> String {
        let counts = [scenario.recoverable, scenario.unrecoverable].compactMap { $0 }
            .map { String($0).leftPadded(Self.countWidth) }.joined()
        return scenario.name.padded(Self.nameWidth) + counts + cells(scenario.bare) + cells(scenario.resilient)
    }

    private func cells(_ lane: LaneReport) -> String {
        let texts = [
            Self.percent(lane.successRate), Self.number(lane.attempts, 2), Self.number(lane.p50Milliseconds, 1),
            Self.number(lane.p95Milliseconds, 1), String(lane.duplicates ?? 0),
        ]
        var cells = zip(texts, columns).map { $0.leftPadded($1.1) }
        // Padded first: the escapes have no width.
        cells[0] = console.styled(cells[0], lane.successRate < 1 ? .red : .green)
        if let duplicates = lane.duplicates, duplicates > 0 { cells[4] = console.styled(cells[4], .red) }
        return cells.joined()
    }

    /// Rounded down, so that nothing but everything is 100 %.
    private static func percent(_ share: Double) -> String {
        number((share * 1_000).rounded(.down) / 10, 1) + "%"
    }

    private static func number(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }
}
