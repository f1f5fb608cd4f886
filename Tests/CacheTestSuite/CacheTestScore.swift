/// How many tests of each kind pass.
public struct CacheTestScore: Sendable {
    private let catalogue: CacheTestCatalogue
    private let verdicts: [String: CacheTestVerdict]

    /// Makes the score of a run.
    public init(_ catalogue: CacheTestCatalogue, _ verdicts: [String: CacheTestVerdict]) {
        self.catalogue = catalogue
        self.verdicts = verdicts
    }

    /// Whether a test passes, and all that it depends on.
    public func counts(_ name: String) -> Bool {
        guard verdicts[name] == .passed else { return false }
        return catalogue.tests.first { $0.id == name }?.dependsOn.allSatisfy(counts) ?? false
    }

    /// The tests of a kind that do not count, with what became of them.
    public func failures(kind: String) -> [String: String] {
        let names = catalogue.names(kind: kind).filter { !counts($0) }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, reason($0)) })
    }

    private func reason(_ name: String) -> String {
        switch verdicts[name] {
        case .passed: "passes, but not what it depends on"
        case .failed(let text): text
        case .unprepared(let text): "not prepared: \(text)"
        case nil: "was not run"
        }
    }

    /// The totals of this cache beside the published ones, a line each.
    public var table: String {
        let kinds = ["required", "optimal", "check"]
        func line(_ name: String, _ passed: [Int]) -> String {
            let columns = passed.map { String(repeating: " ", count: max(0, 9 - "\($0)".count)) + "\($0)" }
            return name + String(repeating: " ", count: max(0, 16 - name.count)) + columns.joined()
        }
        var lines = ["cache-tests        required  optimal    check"]
        lines.append(line("of", kinds.map { catalogue.names(kind: $0).count }))
        lines.append(line("ResilientHTTP", kinds.map { kind in catalogue.names(kind: kind).filter(counts).count }))
        let references = Set(catalogue.profiles.values.flatMap(\.reference.keys)).sorted()
        for reference in references {
            let passed = kinds.map { kind in
                catalogue.names(kind: kind).filter { catalogue.profiles[$0]?.reference[reference] == "pass" }.count
            }
            lines.append(line(reference, passed))
        }
        return lines.joined(separator: "\n")
    }
}
