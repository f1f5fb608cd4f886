import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// What an answer from the cache costs, in the store alone and as a whole call, with one entry and with 100,000, each
/// asked for in the same shuffled order.
struct CacheSection: BenchmarkSection {
    let name = "cache"

    private static let budget = 1500.0
    private static let budgeted = "hit as a call, cache alone"

    func measure(_ run: Run) async throws -> [ReportSection] {
        let isQuick = run.options.isQuick
        let calls = isQuick ? 20_000 : 200_000
        let kinds: [(name: String, measure: (Int) async throws -> Measurement)] = [
            ("hit in the memory store", { try await self.hits($0, calls) }),
            ("kept in the memory store, full", { try await self.writes($0, calls) }),
            (Self.budgeted, { try await self.calls($0, calls, .passthrough) }),
            ("hit as a call, recommended", { try await self.calls($0, calls, .recommended) }),
        ]
        let wanted = run.selection.rows(of: name, kinds, name: \.name)
        guard !wanted.isEmpty else { return [] }
        run.progress.begin(name)
        var growth = Growth("Cache: entries, asked for in a shuffled order")
        for (name, measure) in wanted {
            for entries in isQuick ? [1, 1_000, 100_000] : [1, 100, 1_000, 10_000, 100_000] {
                run.progress.note("\(name), \(entries)")
                let measurement = try await measure(entries)
                let isMet = measurement.nanoseconds <= Self.budget
                let budget = name == Self.budgeted ? "budget 1 500 ns: \(isMet ? "met" : "missed")" : ""
                growth.add(name, entries, measurement, remark: budget)
            }
        }
        return [growth.section]
    }

    /// The first round warms up.
    private func measure(_ entries: Int, _ calls: Int, _ body: (Int) async throws -> Void) async rethrows -> Measurement
    {
        var measurement = Measurement()
        let rounds = calls < 100_000 ? 3 : 6
        let calls = max(entries, calls)
        for round in 0..<rounds {
            var once = Measurement()
            try await once.addRound(calls: calls) { for call in 0..<calls { try await body(call % entries) } }
            if round > 0 { measurement.append(once) }
        }
        return measurement
    }

    private func hits(_ entries: Int, _ calls: Int) async throws -> Measurement {
        let store = try MemoryCacheStore(CacheSamples.bounds)
        let kept = (0..<entries).map(CacheSamples.entry)
        for entry in kept { store.put(entry) }
        let keys = kept.map(\.key).shuffled()
        return try await measure(entries, calls) { number in
            guard store.entries(for: keys[number]).count == 1 else { throw WrongAnswer("it is not kept") }
        }
    }

    /// Each takes the place of another.
    private func writes(_ entries: Int, _ calls: Int) async throws -> Measurement {
        var bounds = CacheSamples.bounds
        bounds.maxEntries = entries
        let store = try MemoryCacheStore(bounds)
        let kept = (0..<entries * 2).map(CacheSamples.entry)
        for entry in kept { store.put(entry) }
        return await measure(entries * 2, calls) { number in store.put(kept[number]) }
    }

    private func calls(_ entries: Int, _ calls: Int, _ configuration: Configuration) async throws -> Measurement {
        let answer = MockAnswer.status(
            200,
            headers: [.cacheControl: "max-age=3600", .contentType: "application/json"],
            body: String(repeating: "x", count: 100)
        )
        let transport = MockTransport(answer, recordingLimit: 0)
        let client = try ResilientClient(
            configuration.with { $0.cache = CacheSamples.bounds },
            dependencies: Dependencies(transport: transport)
        )
        let headers: HeaderFields = [.accept: "application/json", .authorization: "Bearer 0123456789"]
        let requests = try (0..<entries).shuffled().map { number in
            ClientRequest(url: try CacheSamples.url(number), headers: headers)
        }
        for request in requests { _ = try await client.send(request) }
        let before = transport.requestCount
        let measurement = try await measure(entries, calls) { _ = try await client.send(requests[$0]) }
        let missed = transport.requestCount - before
        guard missed == 0 else { throw WrongAnswer("\(missed) requests in place of hits") }
        await client.shutdown(grace: .zero)
        return measurement
    }
}
