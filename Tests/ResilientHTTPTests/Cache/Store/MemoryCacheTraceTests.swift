import Foundation
import ResilientHTTP
import Testing

/// Decisions of another library's cache, replayed.
@Suite struct MemoryCacheTraceTests {
    private struct Operation {
        let time: MonotonicTime
        let name: String
        let key: CacheKey
        let value: Int?
        /// The keys whose answers are live afterwards; nil when the trace does not say.
        let live: Set<String>?
    }

    @Test(.oracles) func everyTraceReplaysEqual() throws {
        let traces = try Oracles.rows("traces/ttl_lru_cache.json")
        #expect(traces.count == 200)
        for (index, trace) in traces.enumerated() {
            let problem = try replay(trace)
            #expect(problem == nil, "trace \(index)")
        }
    }

    /// The first difference; nil when there is none.
    private func replay(_ trace: [String: Any]) throws -> String? {
        let ttl = Duration.seconds(try #require(trace["ttl_s"] as? Int))
        let bounds = CacheConfiguration.bounds(entries: try #require(trace["max_entries"] as? Int))
        let operations = try #require(trace["ops"] as? [[String: Any]]).map(Self.operation)
        let keys = Dictionary(operations.map { ($0.key.url, $0.key) }) { key, _ in key }
        let clock = SettableClock()
        let store = try MemoryCacheStore(bounds, runtime: ClientRuntime(clock: clock))
        for (index, operation) in operations.enumerated() {
            let found = run(operation, ttl, on: store, clock)
            if operation.name == "get", found != operation.value { return "get \(index): \(found as Any)" }
            // Looking at what is live is use, too, so it is looked at in a second run up to here; at the first steps
            // and then at every tenth, because the runs would be as long as the trace squared.
            guard let live = operation.live, index < 10 || index % 10 == 0 || index == operations.count - 1 else {
                continue
            }
            let probe = try MemoryCacheStore(bounds, runtime: ClientRuntime(clock: clock))
            for earlier in operations[...index] { _ = run(earlier, ttl, on: probe, clock) }
            let left = keys.values.filter { !probe.entries(for: $0).isEmpty }.map { Self.name($0.url) }
            if Set(left) != live { return "after \(index): \(left.sorted()), not \(live.sorted())" }
        }
        return nil
    }

    private func run(
        _ operation: Operation,
        _ ttl: Duration,
        on store: MemoryCacheStore,
        _ clock: SettableClock
    ) -> Int? {
        clock.set(operation.time)
        switch operation.name {
        case "get":
            return store.entries(for: operation.key).first.flatMap { Int(String(decoding: $0.body, as: UTF8.self)) }
        case "put":
            let body = Data(operation.value.map(String.init)?.utf8 ?? "".utf8)
            store.put(
                .example(operation.key, body: body, receivedAt: operation.time, discardAt: operation.time + ttl)
            )
        default: store.remove(.key(operation.key))
        }
        return nil
    }

    private static func operation(_ row: [String: Any]) throws -> Operation {
        let time = try #require(row["t"] as? Double)
        return Operation(
            time: MonotonicTime(nanoseconds: Int64((time * 1e9).rounded())),
            name: try #require(row["op"] as? String),
            key: .example(try #require(row["key"] as? String)),
            value: row["value"] as? Int,
            live: (row["live_after"] as? [String]).map(Set.init)
        )
    }

    private static func name(_ url: String) -> String {
        url.split(separator: "/").last.map(String.init) ?? ""
    }
}
