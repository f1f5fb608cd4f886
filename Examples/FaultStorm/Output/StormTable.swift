import ExampleSupport
import Foundation

/// The results for a person.
struct StormTable {
    let report: StormReport
    let console: Console

    private static let nameWidth = 28
    private static let columns = [
        ("sent", 7), ("met", 7), ("answered", 10), ("cancelled", 11), ("dropped", 9), ("wrong", 7),
    ]

    var text: String {
        let heading = "behaviour".padded(Self.nameWidth) + Self.columns.map { $0.0.leftPadded($0.1) }.joined()
        let rows = report.behaviours.map(row)
        return ([console.styled(heading + "  failed", .bold)] + rows + ["", figures, verdict]).joined(separator: "\n")
    }

    private func row(_ tally: Tally) -> String {
        let wrong = tally.mismatches + tally.unexpected
        let numbers = [tally.sent, tally.hits, tally.answered, tally.cancelled, tally.dropped, wrong]
        var cells = zip(numbers, Self.columns).map { String($0).leftPadded($1.1) }
        if wrong > 0 { cells[5] = console.styled(cells[5], .red) }
        let failures = tally.failed.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return tally.name.padded(Self.nameWidth) + cells.joined() + "  " + console.styled(failures, .dim)
    }

    private var figures: String {
        let measures = report.measures
        func total(_ count: (Tally) -> Int) -> Int { report.behaviours.reduce(0) { $0 + count($1) } }
        return """
            calls          \(total(\.answered)) answered, \(total { $0.failed.values.reduce(0, +) }) failed with a \
            typed error, \(total(\.cancelled)) cancelled, \(total(\.dropped)) dropped, \(total { $0.mismatches + $0.unexpected }) wrong
            streamed       \(total(\.streamed)) of the calls
            met            each behaviour at least \(report.behaviours.map(\.hits).min() ?? 0) times
            time           \(Self.number(report.seconds)) s, \(Self.number(report.requestsPerSecond)) requests/s
            descriptors    \(measures.before.descriptors) before, \(measures.after.descriptors) after
            resident       \(Self.kilobytes(measures.middle.residentBytes)) at half, \
            \(Self.kilobytes(measures.end.residentBytes)) at the end: \
            \(Self.number(report.growthBytesPerRequest)) bytes a request
            heap           \(Self.kilobytes(measures.middle.heapBytes)) at half, \
            \(Self.kilobytes(measures.end.heapBytes)) at the end

            """
    }

    private var verdict: String {
        report.passed
            ? console.styled("PASSED", .green) + ": every call was answered rightly or failed with a typed error.\n"
            : console.styled("FAILED", .red) + "\n" + report.problems.map { "  \($0)\n" }.joined()
    }

    private static func number(_ value: Double) -> String {
        String(format: "%.1f", value)
    }

    private static func kilobytes(_ bytes: Int) -> String {
        "\(bytes / 1_024) KiB"
    }
}
