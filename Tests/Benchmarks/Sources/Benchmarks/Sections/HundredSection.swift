import ResilientHTTP

/// A hundred calls for different pages, and for the same ones again (acceptance row 239).
struct HundredSection: BenchmarkSection {
    let name = "hundred requests"

    func measure(_ run: Run) async throws -> [ReportSection] {
        let cached = Configuration.recommended.with {
            $0.deduplication = DeduplicationConfiguration()
            $0.cache = CacheConfiguration()
        }
        let ten = cached.with { ($0.pool.maxPerHost, $0.pool.maxConnections) = (10, 10) }
        let ways: [FetchRound.Way] = [
            .init(name: "one after another", configuration: .recommended, isAtOnce: false, remark: "claim: 50 s"),
            .init(name: "at once, ten connections", configuration: ten, remark: "claim: 5 s, by pool and cache"),
            .init(name: "at once, a hundred connections", configuration: .recommended),
            .init(name: "at once, flights and cache, all distinct", configuration: cached),
            .init(name: "again, from the cache", configuration: cached, isRepeated: true),
            .init(
                name: "again, from the cache, one after another",
                configuration: cached,
                isAtOnce: false,
                isRepeated: true,
                remark: "claim (document B 483): 100 ms in place of 50 s"
            ),
        ]
        let wanted = run.selection.rows(of: name, ways, name: \.name)
        guard !wanted.isEmpty else { return [] }
        run.progress.begin(name)
        let round = FetchRound(
            paths: (0..<100).map { "/data?page=\($0)" },
            answerTime: .milliseconds(20),
            rounds: run.options.isQuick ? 1 : 5
        )
        return [
            try await round.section(
                "A hundred distinct pages, answered after 20 ms each",
                notes: [
                    "claimed (document B 337-358) for answers after 500 ms; what is faster with distinct pages is that they",
                    "are fetched at once: the cache has none of them until they are asked for again",
                ],
                wanted,
                run.progress
            )
        ]
    }
}
