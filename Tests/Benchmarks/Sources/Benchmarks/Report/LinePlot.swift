import Foundation

/// A line for each kind of row: a cost over a number that grows by factors, as SVG.
struct LinePlot {
    private struct Line {
        let name: String
        var points: [(x: Double, y: Double)]
    }

    private let title: String
    private var lines: [Line] = []

    private static let (width, height) = (640.0, 300.0)
    private static let (left, right, top, bottom) = (70.0, 36.0, 34.0, 34.0)

    /// Nil when there is nothing to draw.
    init?(_ section: ReportSection, column key: String, over: String) {
        title = section.columns.first { $0.key == key }?.title ?? ""
        for row in section.rows {
            guard let x = row.values[over], let y = row.values[key], x > 0 else { continue }
            if let index = lines.firstIndex(where: { $0.name == row.name }) {
                lines[index].points.append((x, y))
            } else {
                lines.append(Line(name: row.name, points: [(x, y)]))
            }
        }
        guard !lines.isEmpty else { return nil }
    }

    var svg: String {
        let points = lines.flatMap(\.points)
        let (least, most) = (points.map(\.x).min() ?? 1, max(points.map(\.x).max() ?? 1, 10))
        let largest = max(points.map(\.y).max() ?? 1, 1)
        func x(_ value: Double) -> Int {
            Int(Self.left + log(value / least) / log(most / least) * (Self.width - Self.left - Self.right))
        }
        func y(_ value: Double) -> Int {
            Int(Self.height - Self.bottom - value / largest * (Self.height - Self.top - Self.bottom))
        }
        let grid = [0, 0.25, 0.5, 0.75, 1].map { share in
            let height = y(largest * share)
            let label = NumberText.text(largest * share, decimals: 0)
            return """
                <line class="grid" x1="\(Self.left)" x2="\(Self.width - Self.right)" y1="\(height)" y2="\(height)"/>
                <text class="name" x="\(Self.left - 8)" y="\(height + 4)">\(label)</text>
                """
        }
        let ticks = Set(points.map(\.x)).sorted().map { value in
            let text = NumberText.text(value, decimals: 0)
            return "<text class=\"tick\" x=\"\(x(value))\" y=\"\(Self.height - 12)\">\(text)</text>"
        }
        let drawn = lines.enumerated().map { index, line in
            let path = line.points.map { "\(x($0.x)),\(y($0.y))" }.joined(separator: " ")
            let dots = line.points.map { "<circle cx=\"\(x($0.x))\" cy=\"\(y($0.y))\" r=\"3.5\"/>" }.joined()
            return "<g class=\"line\(index % 4)\"><polyline points=\"\(path)\"/>\(dots)</g>"
        }
        let legend = lines.enumerated().map { index, line in
            "<span class=\"line\(index % 4)\">\(Page.escaped(line.name))</span>"
        }
        return """
            <figure><svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(title)">
            <text class="title" x="0" y="18">\(Page.escaped(title))</text>
            \((grid + ticks + drawn).joined(separator: "\n"))
            </svg><figcaption>\(legend.joined(separator: " "))</figcaption></figure>
            """
    }
}
