/// One table of the report.
struct ReportSection: Sendable, Codable {
    /// A column of numbers; rows name its values by `key`.
    struct Column: Sendable, Codable {
        let key: String
        let title: String
        let decimals: Int

        init(_ key: String, _ title: String, decimals: Int = 0) {
            (self.key, self.title, self.decimals) = (key, title, decimals)
        }
    }

    struct Row: Sendable, Codable {
        /// What rows have in common that stand together; nil for nothing.
        var group: String?
        let name: String
        var values: [String: Double] = [:]
        /// What is to be known of the row; empty for nothing.
        var remark = ""
        /// Why there are no numbers; nil when there are.
        var missing: String?
    }

    /// How a section is shown in the page, beside its table.
    enum Plot: Sendable, Codable {
        /// Bars of one column, a plot for each group.
        case bars(column: String)
        /// One line a group: a column over another one, which grows by factors.
        case lines(column: String, over: String)
    }

    let title: String
    var notes: [String] = []
    let columns: [Column]
    var rows: [Row] = []
    var plot: Plot?
}
