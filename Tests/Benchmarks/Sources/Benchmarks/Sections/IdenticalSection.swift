import ResilientHTTP

/// Ten identical calls (acceptance row 66).
struct IdenticalSection: BenchmarkSection {
    let name = "ten identical"

    func measure(_ run: Run) async throws -> [ReportSection] {
        let shared = Configuration.recommended.with { $0.deduplication = DeduplicationConfiguration() }
        let cached = shared.with { $0.cache = CacheConfiguration() }
        let ways: [FetchRound.Way] = [
            .init(name: "one after another", configuration: .recommended, isAtOnce: false, remark: "claim: 5000 ms"),
            .init(name: "at once, each by itself", configuration: .recommended),
            .init(
                name: "at once over one connection",
                configuration: .recommended.with { ($0.pool.maxPerHost, $0.pool.maxConnections) = (1, 1) }
            ),
            .init(name: "at once, in one flight", configuration: shared, remark: "claim: 500 ms, 90 % less"),
            .init(name: "at once, flight and cache", configuration: cached),
            .init(name: "one after another, cached", configuration: cached, isAtOnce: false),
            .init(name: "again, from the cache", configuration: cached, isRepeated: true),
        ]
        let wanted = run.selection.rows(of: name, ways, name: \.name)
        guard !wanted.isEmpty else { return [] }
        run.progress.begin(name)
        let round = FetchRound(
            paths: Array(repeating: "/item", count: 10),
            answerTime: .milliseconds(50),
            rounds: run.options.isQuick ? 3 : 9
        )
        return [
            try await round.section(
                "Ten identical calls, answered after 50 ms",
                notes: ["claimed (document B 482) for answers after 500 ms, and measured at a tenth of that"],
                wanted,
                run.progress
            )
        ]
    }
}
