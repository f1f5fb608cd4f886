/// What the command line asks for.
struct BenchmarkOptions: Sendable {
    private(set) var isQuick = false
    private(set) var only: [String] = []
    /// Where the report goes as JSON; `-` for standard output, in place of the table.
    private(set) var jsonPath: String?
    /// Where the report goes as an HTML page.
    private(set) var plotPath: String?
    private(set) var wantsHelp = false

    /// Throws ``UsageProblem``.
    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            func value() throws -> String {
                guard let value = parts.count > 1 ? parts[1] : rest.popFirst(), !value.isEmpty else {
                    throw UsageProblem("\(parts[0]) needs a value")
                }
                return value
            }
            switch parts[0] {
            case "--only": only.append(try value())
            case "--json": jsonPath = try value()
            case "--plot": plotPath = try value()
            case "--quick" where parts.count == 1: isQuick = true
            case "--help" where parts.count == 1, "-h" where parts.count == 1: wantsHelp = true
            default: throw UsageProblem("unknown argument \(argument)")
            }
        }
    }

    static let help = """
        Benchmarks: what the pipeline and the transports cost, beside their peers, measured on this machine in one run.

          swift run -c release Benchmarks [--quick] [--only TEXT] [--json FILE] [--plot FILE]

          --quick      fewer and shorter rounds: all of it in less than two minutes
          --only TEXT  only the sections, or else only the rows, whose name contains TEXT; may be given several times
          --json FILE  the report as JSON, too; with - as FILE on standard output, in place of the table
          --plot FILE  the report as one HTML page with plots, too
          --help       this text

        Sections: \(Sections.names.joined(separator: ", "))
        """
}
