/// A section as text in columns.
struct TextTable {
    private let section: ReportSection
    private let nameWidth: Int
    private let widths: [Int]

    init(_ section: ReportSection) {
        self.section = section
        nameWidth = section.rows.map { $0.name.count + ($0.group == nil ? 0 : 2) }.max() ?? 0
        widths = section.columns.map { column in
            let texts = section.rows.map { NumberText.text($0.values[column.key], decimals: column.decimals) }
            return ([column.title] + texts).map(\.count).max() ?? 0
        }
    }

    var text: String {
        var lines = [section.title, String(repeating: "─", count: max(section.title.count, lineWidth))]
        lines += section.notes
        lines.append(line("", section.columns.map(\.title)))
        var group: String?
        for row in section.rows {
            if let own = row.group, own != group { lines.append(own) }
            group = row.group
            lines.append(line(row))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var lineWidth: Int { nameWidth + widths.reduce(0) { $0 + $1 + 3 } }

    private func line(_ row: ReportSection.Row) -> String {
        let name = (row.group == nil ? "" : "  ") + row.name
        if let reason = row.missing { return pad(name) + "   not measured: \(reason)" }
        let texts = section.columns.map { NumberText.text(row.values[$0.key], decimals: $0.decimals) }
        return line(name, texts) + (row.remark.isEmpty ? "" : "   \(row.remark)")
    }

    private func line(_ name: String, _ texts: [String]) -> String {
        pad(name)
            + zip(texts, widths).map { text, width in
                String(repeating: " ", count: 3 + width - text.count) + text
            }.joined()
    }

    private func pad(_ name: String) -> String {
        name + String(repeating: " ", count: max(0, nameWidth - name.count))
    }
}
