import Foundation

/// Runs the sections, and shows each as soon as it is there.
struct ReportWriter {
    private let run: Run

    init(_ run: Run) {
        self.run = run
    }

    /// What a section throws is told in its place, and the others are measured all the same.
    func write() async throws -> Report {
        let began = ContinuousClock.now
        var report = Report(isQuick: run.options.isQuick)
        let showsTable = run.options.jsonPath != "-"
        if showsTable { print("\(report.machine)\(report.isQuick ? "; quick" : "")\n") }
        for section in Sections.all {
            do {
                for part in try await section.measure(run) {
                    report.sections.append(part)
                    run.progress.end()
                    if showsTable { print(TextTable(part).text) }
                    fflush(nil)
                }
            } catch {
                report.failures.append("\(section.name): \(error)")
                run.progress.say("\(section.name) could not be measured: \(error)")
            }
        }
        run.progress.end()
        guard !report.sections.isEmpty || !report.failures.isEmpty else {
            throw UsageProblem("no section and no row has \(run.options.only.joined(separator: ", ")) in its name")
        }
        report.seconds = began.duration(to: .now) / .seconds(1)
        if showsTable { print(String(format: "measured in %.0f s", report.seconds)) }
        try save(report)
        return report
    }

    private func save(_ report: Report) throws {
        switch run.options.jsonPath {
        case "-": FileHandle.standardOutput.write(try report.json)
        case let path?: try report.json.write(to: URL(filePath: path))
        case nil: break
        }
        if let path = run.options.plotPath { try Data(Page(report).html.utf8).write(to: URL(filePath: path)) }
    }
}
