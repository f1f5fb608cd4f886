/// A section as a table of HTML.
struct PageTable {
    private let section: ReportSection

    init(_ section: ReportSection) {
        self.section = section
    }

    var html: String {
        let titles = section.columns.map { "<th>\(Page.escaped($0.title))</th>" }.joined()
        return "<table><thead><tr><th></th>\(titles)<th></th></tr></thead><tbody>\(rows)</tbody></table>"
    }

    private var rows: String {
        var lines: [String] = []
        var group: String?
        for row in section.rows {
            if let own = row.group, own != group {
                lines.append(
                    "<tr class=\"group\"><td colspan=\"\(section.columns.count + 2)\">\(Page.escaped(own))</td></tr>"
                )
            }
            group = row.group
            lines.append("<tr><td>\(Page.escaped(row.name))</td>\(cells(row))</tr>")
        }
        return lines.joined(separator: "\n")
    }

    private func cells(_ row: ReportSection.Row) -> String {
        if let reason = row.missing {
            return
                "<td class=\"missing\" colspan=\"\(section.columns.count + 1)\">not measured: \(Page.escaped(reason))</td>"
        }
        let numbers = section.columns.map { column in
            "<td>\(NumberText.text(row.values[column.key], decimals: column.decimals))</td>"
        }
        return numbers.joined() + "<td class=\"remark\">\(Page.escaped(row.remark))</td>"
    }
}
