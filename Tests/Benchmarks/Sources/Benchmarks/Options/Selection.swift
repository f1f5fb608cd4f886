import Foundation

/// Which sections and rows are wanted, by `--only`: all of a section that is named, else the rows that are.
struct Selection: Sendable {
    private let texts: [String]

    init(_ options: BenchmarkOptions) {
        texts = options.only
    }

    func wants(section: String, row: String) -> Bool {
        texts.isEmpty || texts.contains { Self.contains(section, $0) || Self.contains(row, $0) }
    }

    /// The elements of a section that are wanted.
    func rows<Row>(of section: String, _ rows: [Row], name: (Row) -> String) -> [Row] {
        rows.filter { wants(section: section, row: name($0)) }
    }

    private static func contains(_ name: String, _ text: String) -> Bool {
        name.range(of: text, options: .caseInsensitive) != nil
    }
}
