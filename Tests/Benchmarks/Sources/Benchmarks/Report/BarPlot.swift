/// Bars of one column, one for each row of a group, as SVG.
struct BarPlot {
    private let title: String
    private let bars: [(name: String, value: Double, label: String)]

    private static let width = 640
    private static let valueWidth = 80
    private static let height = 24

    /// One for each group that has figures.
    static func all(_ section: ReportSection, column key: String) -> [BarPlot] {
        guard let column = section.columns.first(where: { $0.key == key }) else { return [] }
        var groups: [String?] = []
        for row in section.rows where !groups.contains(row.group) { groups.append(row.group) }
        return groups.compactMap { group in
            let bars = section.rows.filter { $0.group == group }.compactMap { row in
                row.values[key].map { (row.name, $0, NumberText.text($0, decimals: column.decimals)) }
            }
            let title = [group, column.title].compactMap(\.self).joined(separator: ": ")
            return bars.isEmpty ? nil : BarPlot(title: title, bars: bars)
        }
    }

    var svg: String {
        // About what the font takes.
        let nameWidth = min(360, (bars.map(\.name.count).max() ?? 0) * 7 + 16)
        let largest = bars.map(\.value).max() ?? 0
        let room = Double(Self.width - nameWidth - Self.valueWidth)
        let lines = bars.enumerated().map { index, bar in
            let y = Self.height * (index + 1) + 8
            let length = largest > 0 ? max(1, Int(bar.value / largest * room)) : 1
            return """
                <text class="name" x="\(nameWidth - 8)" y="\(y + 16)">\(Page.escaped(bar.name))</text>
                <rect class="\(PageStyle.family(bar.name))" x="\(nameWidth)" y="\(y + 3)" \
                width="\(length)" height="\(Self.height - 7)" rx="2"/>
                <text class="value" x="\(nameWidth + length + 6)" y="\(y + 16)">\(bar.label)</text>
                """
        }
        return """
            <svg viewBox="0 0 \(Self.width) \(Self.height * (bars.count + 1) + 16)" role="img" \
            aria-label="\(Page.escaped(title))">
            <text class="title" x="0" y="18">\(Page.escaped(title))</text>
            \(lines.joined(separator: "\n"))
            </svg>
            """
    }
}
