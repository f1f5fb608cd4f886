import Foundation

/// The results for a person: two columns of the same figures, side by side.
struct Table {
    let report: Report
    let console: Console

    private static let nameWidth = 22
    private static let countWidth = 7
    private static let laneWidths = [8, 6, 8, 8, 5]

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
        let laneWidth = Self.laneWidths.reduce(0, +)
        let kinds = LaneKind.allCases.map { kind in
            "  ─ \(kind.rawValue) ".padded(laneWidth, with: "─")
        }
        let names = ["success", "tries", "p50", "p95", "dup."]
        let columns = zip(names, Self.laneWidths).map { $0.leftPadded($1) }.joined()
        let countNames = hasScript ? "recov.".leftPadded(Self.countWidth) + "unrec.".leftPadded(Self.countWidth) : ""
        return [
            " ".repeated(Self.nameWidth) + counts + kinds.joined(),
            console.styled("scenario".padded(Self.nameWidth) + countNames + columns + columns, .bold),
        ]
    }

    private var hasScript: Bool { report.scenarios.contains { $0.recoverable != nil } }

    private func row(_ scenario: ScenarioReport) -> String {
        let counts = [scenario.recoverable, scenario.unrecoverable].compactMap { $0 }
            .map { String($0).leftPadded(Self.countWidth) }.joined()
        return scenario.name.padded(Self.nameWidth) + counts + cells(scenario.bare) + cells(scenario.resilient)
    }

    private func cells(_ lane: LaneReport) -> String {
        let texts = [
            Self.percent(lane.successRate), Self.number(lane.attempts, 2), Self.number(lane.p50Milliseconds, 1),
            Self.number(lane.p95Milliseconds, 1), lane.duplicates.map(String.init) ?? "–",
        ]
        var cells = zip(texts, Self.laneWidths).map { $0.leftPadded($1) }
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

extension String {
    fileprivate func padded(_ width: Int, with filler: String = " ") -> String {
        self + filler.repeated(width - count)
    }

    fileprivate func leftPadded(_ width: Int) -> String {
        " ".repeated(width - count) + self
    }

    fileprivate func repeated(_ times: Int) -> String {
        String(repeating: self, count: max(0, times))
    }
}
