import ExampleSupport
import Foundation

/// The comparison for a person.
struct ComparisonText {
    let report: ComparisonReport
    let console: Console

    var text: String {
        let verdict =
            report.problems.isEmpty
            ? console.styled("PASSED", .green) + "\n"
            : console.styled("FAILED", .red) + "\n" + report.problems.map { "  \($0)\n" }.joined()
        return StormTable(report: report.resilient, console: console).text + "\n"
            + "memory from half of the requests to all of them (allowed: \(report.allowedGrowthBytes) bytes)\n"
            + line(report.bare) + line(report.resilient) + verdict
    }

    private func line(_ report: StormReport) -> String {
        let heap = report.measures.end.heapBytes - report.measures.middle.heapBytes
        return "  \(report.client.padded(32)) \(String(report.growthBytes).leftPadded(10)) bytes, "
            + String(format: "%.1f a request", report.growthBytesPerRequest)
            + String(format: "; heap %d; %.0f requests/s\n", heap, report.requestsPerSecond)
    }
}
