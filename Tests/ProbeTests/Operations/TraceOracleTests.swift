import Foundation
import Testing

/// Decisions of other libraries' breakers, limiters, queues and caches, all replayed through one process.
@Suite(.oracles, .timeLimit(.minutes(1))) struct TraceOracleTests {
    /// A line, and what its results have to be.
    private struct Replay {
        let name: String
        let line: String
        let check: ([Any]) throws -> Bool
    }

    @Test func everyTraceReplaysEqual() async throws {
        let replays = try breakers() + limiters() + queues() + caches()
        let traces = 237 + 300 + 100 + 200
        #expect(replays.count == traces)
        let run = try await ProbeRun.run(replays.enumerated().map { "{\"id\":\($0),\($1.line)}" })
        #expect(run.status == 0)
        #expect(run.lines.count == replays.count)
        for (id, replay) in replays.enumerated() {
            let answer = try run.answer(id)
            guard let results = answer["results"] as? [Any] else {
                Issue.record("\(replay.name): \(answer)")
                continue
            }
            #expect(try replay.check(results), "\(replay.name)")
        }
    }

    /// Each event of a trace is a call that ends when it begins: one event here when it is refused, else two.
    private func breakers() throws -> [Replay] {
        try Oracles.rows("traces/circuit_breaker.json").enumerated().map { index, trace in
            var events: [String] = []
            var expected: [[String: AnyHashable?]] = []
            for event in try #require(trace["events"] as? [[String: Any]]) {
                let time = microseconds(try #require(event["t"] as? Double))
                let isAllowed = try #require(event["allowed"] as? Bool)
                let state = try #require(event["state_after"] as? String)
                events.append("{\"t_us\":\(time),\"op\":\"acquire\"}")
                // The state between a permit and its result is not in the traces.
                expected.append(["permitted": isAllowed, "state": isAllowed ? nil : state])
                guard isAllowed else { continue }
                let result = try #require(event["success"] as? Bool) ? "success" : "error"
                events.append("{\"t_us\":\(time),\"op\":\"\(result)\"}")
                expected.append(["permitted": nil, "state": state])
            }
            let config = try ["failure_threshold", "open_duration_s", "success_threshold"].map {
                "\"\($0)\":\(try #require(trace[$0] as? NSNumber))"
            }
            let line = """
                "op":"breaker","config":{\(config.joined(separator: ","))},"events":[\(events.joined(separator: ","))]
                """
            return Replay(name: "circuit_breaker \(index)", line: line) { results in
                let results = try #require(results as? [[String: Any]])
                return results.count == expected.count
                    && zip(results, expected).allSatisfy { result, expected in
                        let state = expected["state"] ?? nil
                        return result["permitted"] as? Bool == (expected["permitted"] ?? nil) as? Bool
                            && (state == nil || result["state"] as? String == state as? String)
                    }
            }
        }
    }

    private func limiters() throws -> [Replay] {
        try Oracles.rows("traces/token_bucket.json").enumerated().map { index, trace in
            let events = try #require(trace["events"] as? [[String: Any]])
            let lines = try events.map {
                "{\"t_us\":\(microseconds(try #require($0["t"] as? Double))),\"n\":\(try #require($0["n"] as? Int))}"
            }
            let granted = try events.map { try #require($0["granted"] as? Bool) }
            let rate = try #require(trace["refill_per_s"] as? NSNumber)
            let capacity = try #require(trace["capacity"] as? Int)
            let initial = try #require(trace["initial"] as? String)
            let line = """
                "op":"limiter","config":{"capacity":\(capacity),"refill_per_s":\(rate),"initial":"\(initial)"},
                "events":[\(lines.joined(separator: ","))]
                """
            return Replay(name: "token_bucket \(index)", line: line.replacing("\n", with: "")) { results in
                let results = try #require(results as? [[String: Any]])
                // Who is granted has nothing to wait for, and who is refused has.
                let waits = results.map { ($0["retry_after_us"] as? Int).map { $0 == 0 } ?? false }
                return results.map { $0["granted"] as? Bool } == granted && waits == granted
            }
        }
    }

    /// The lines are the traces as they stand in the file.
    private func queues() throws -> [Replay] {
        try Oracles.rows("traces/priority_queue.json").enumerated().map { index, trace in
            let ops = try #require(trace["ops"] as? [[String: Any]])
            let popped = ops.filter { $0["op"] as? String == "pop" }.map { $0["id"] as? Int }
            let data = try JSONSerialization.data(withJSONObject: ops)
            let line = "\"op\":\"queue\",\"ops\":\(String(decoding: data, as: UTF8.self))"
            return Replay(name: "priority_queue \(index)", line: line) { $0.map { $0 as? Int } == popped }
        }
    }

    /// The lines are the traces as they stand in the file.
    private func caches() throws -> [Replay] {
        try Oracles.rows("traces/ttl_lru_cache.json").enumerated().map { index, trace in
            let ops = try #require(trace["ops"] as? [[String: Any]])
            let gets = ops.filter { $0["op"] as? String == "get" }.map { $0["value"] as? Int }
            let data = try JSONSerialization.data(withJSONObject: ops)
            let config = try ["max_entries", "ttl_s"].map { "\"\($0)\":\(try #require(trace[$0] as? NSNumber))" }
            let line = "\"op\":\"cache\",\"config\":{\(config.joined(separator: ","))},\"ops\":"
            return Replay(name: "ttl_lru_cache \(index)", line: line + String(decoding: data, as: UTF8.self)) {
                $0.map { $0 as? Int } == gets
            }
        }
    }

    private func microseconds(_ seconds: Double) -> Int {
        Int((seconds * 1e6).rounded())
    }
}
