import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct CacheOperationTests {
    private func op(_ op: String, _ key: String, at time: Double, _ value: Any? = nil) -> [String: Any] {
        ["op": op, "key": key, "t": time].merging(value.map { ["value": $0] } ?? [:]) { $1 }
    }

    private func replay(_ config: [String: Any], _ ops: [[String: Any]]) async throws -> NSArray {
        let run = try await ProbeRun.run([["id": 1, "op": "cache", "config": config, "ops": ops]])
        #expect(run.status == 0)
        return NSArray(array: try #require(run.answer(1)["results"] as? [Any], "\(run.lines)"))
    }

    @Test func theLeastRecentlyUsedGoesAndNothingOutlivesItsTime() async throws {
        let results = try await replay(
            ["max_entries": 2, "ttl_s": 10],
            [
                op("get", "a", at: 0), op("put", "a", at: 0, 1), op("put", "b", at: 1, ["x": [1, "y"]]),
                op("get", "a", at: 2), op("put", "c", at: 3, "z"), op("get", "b", at: 3), op("get", "a", at: 9.999),
                op("get", "a", at: 10), op("get", "c", at: 12.5), op("remove", "c", at: 12.5), op("get", "c", at: 12.5),
            ]
        )
        #expect(results == [NSNull(), 1, NSNull(), 1, NSNull(), "z", NSNull()])
    }

    @Test func valuesComeBackAsTheyCame() async throws {
        let value: [String: Any] = ["x": [1, "y"]]
        #expect(try await replay([:], [op("put", "a", at: 0, value), op("get", "a", at: 299)]) == [value])
    }

    @Test func whatCannotBeReplayedIsRefused() async throws {
        let get = op("get", "a", at: 1)
        let lines: [[String: Any]] = [
            ["ops": [["op": "get", "key": "a"]]], ["ops": [["op": "get", "t": 1]]], ["ops": [op("peek", "a", at: 1)]],
            ["ops": [op("put", "a", at: 1)]], ["ops": [get, op("get", "a", at: 0.5)]],
            ["ops": [op("get", "a", at: -1)]],
            ["ops": 1], [:], ["ops": [get], "config": ["max_entries": 0]], ["ops": [get], "config": ["ttl_s": -1]],
            ["ops": [get], "config": ["bogus": 1]], ["ops": [get], "config": 7],
        ]
        let run = try await ProbeRun.run(lines.enumerated().map { ["id": $0, "op": "cache"].merging($1) { $1 } })
        #expect(run.status == 0)
        for id in lines.indices {
            let error = try #require(run.answer(id)["error"] as? [String: Any], "\(lines[id])")
            #expect(["invalid_request", "configuration"].contains(error["code"] as? String))
        }
    }
}
