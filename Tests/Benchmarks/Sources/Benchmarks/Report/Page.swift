import Foundation

/// A report as one HTML page that needs nothing else.
struct Page {
    private let report: Report

    init(_ report: Report) {
        self.report = report
    }

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>ResilientHTTP: benchmarks</title>
        <style>
        \(PageStyle.css)
        </style>
        </head>
        <body>
        <main>
        <h1>ResilientHTTP: benchmarks</h1>
        <p class="note">\(Self.escaped(summary))</p>
        <nav>\(links)</nav>
        \(report.failures.map { "<p class=\"failure\">\(Self.escaped($0))</p>" }.joined(separator: "\n"))
        \(report.sections.enumerated().map(section).joined(separator: "\n"))
        </main>
        </body>
        </html>

        """
    }

    static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
            .replacingOccurrences(of: "\"", with: "&quot;")
    }

    private var summary: String {
        let date = report.began.formatted(.iso8601)
        let seconds = String(format: "%.0f", report.seconds)
        return "\(date), \(report.machine), \(seconds) s\(report.isQuick ? ", quick" : "")"
    }

    private var links: String {
        report.sections.enumerated().map { index, section in
            "<a href=\"#s\(index)\">\(Self.escaped(section.title))</a>"
        }.joined(separator: "\n")
    }

    private func section(_ index: Int, _ section: ReportSection) -> String {
        let notes = section.notes.map { "<p class=\"note\">\(Self.escaped($0))</p>" }.joined(separator: "\n")
        return """
            <section id="s\(index)">
            <h2>\(Self.escaped(section.title))</h2>
            \(notes)
            <div class="plots">\(plots(section))</div>
            <details\(section.plot == nil ? " open" : "")><summary>All figures</summary>\(PageTable(section).html)</details>
            </section>
            """
    }

    private func plots(_ section: ReportSection) -> String {
        switch section.plot {
        case .bars(let key): BarPlot.all(section, column: key).map(\.svg).joined(separator: "\n")
        case .lines(let key, let over): LinePlot(section, column: key, over: over).map(\.svg) ?? ""
        case nil: ""
        }
    }
}
