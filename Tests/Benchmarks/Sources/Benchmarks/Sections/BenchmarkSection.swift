/// A part of the benchmark: what belongs together and is measured in interleaved rounds.
protocol BenchmarkSection: Sendable {
    /// As `--only` names it.
    var name: String { get }
    /// Empty when nothing of it is wanted.
    func measure(_ run: Run) async throws -> [ReportSection]
}
