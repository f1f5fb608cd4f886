/// How the cost of something grows with its number, as ratio to that of the smallest number of its kind.
struct Growth {
    private static let number = "number"
    private static let nanoseconds = "nanoseconds"
    private static let allocations = "allocations"
    private static let ratio = "ratio_to_smallest"

    private(set) var section: ReportSection
    private var smallest: [String: Double] = [:]

    init(_ title: String, notes: [String] = [], hasAllocations: Bool = true) {
        let allocations: [ReportSection.Column] = [.init(Self.allocations, "allocations", decimals: 1)]
        section = ReportSection(
            title: title,
            notes: notes,
            columns: [.init(Self.number, "number"), .init(Self.nanoseconds, "ns/call")]
                + (hasAllocations ? allocations : []) + [.init(Self.ratio, "× smallest", decimals: 2)],
            plot: .lines(column: Self.nanoseconds, over: Self.number)
        )
    }

    mutating func add(_ kind: String, _ number: Int, _ measurement: Measurement, remark: String = "") {
        let (nanoseconds, allocations) = (measurement.nanoseconds, measurement.allocations)
        add(kind, number, nanoseconds: nanoseconds, allocations: allocations, remark: remark)
    }

    mutating func add(
        _ kind: String,
        _ number: Int,
        nanoseconds: Double,
        allocations: Double? = nil,
        remark: String = ""
    ) {
        let first = smallest[kind] ?? nanoseconds
        smallest[kind] = first
        var row = ReportSection.Row(name: kind, remark: remark)
        row.values = [
            Self.number: Double(number), Self.nanoseconds: nanoseconds, Self.ratio: nanoseconds / first,
        ]
        row.values[Self.allocations] = allocations
        // Beside the others of its kind.
        let place = section.rows.lastIndex { $0.name == kind }.map { $0 + 1 } ?? section.rows.count
        section.rows.insert(row, at: place)
    }
}
