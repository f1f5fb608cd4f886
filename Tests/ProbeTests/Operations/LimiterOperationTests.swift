import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct LimiterOperationTests {
    private func replay(_ config: [String: Any], _ events: [[String: Any]]) async throws -> [[String: Any]] {
        let run = try await ProbeRun.run([["id": 1, "op": "limiter", "config": config, "events": events]])
        return try #require(try run.answer(1)["results"] as? [[String: Any]], "\(run.lines)")
    }

    @Test func aBucketSaysWhenThereWillBeEnough() async throws {
        let results = try await replay(
            ["capacity": 2, "refill_per_s": 0.3, "initial": 1],
            [
                ["t_us": 0], ["t_us": 0], ["t_us": 3_333_333], ["t_us": 3_333_334], ["t_us": 3_333_334, "n": 3],
                ["t_us": 3_333_334, "n": 0],
            ]
        )
        #expect(results.map { $0["granted"] as? Bool } == [true, false, false, true, false, true])
        // A third of a microsecond more than 3,333,333: asked then, it would be refused once more.
        #expect(results.map { $0["retry_after_us"] as? Int } == [0, 3_333_334, 1, 0, nil, 0])
        #expect(results[4]["retry_after_us"] is NSNull)
    }

    @Test func periodsBeginAtZero() async throws {
        let results = try await replay(
            ["limit_for_period": 2, "period_ms": 500],
            [
                ["t_us": 400_000, "n": 2], ["t_us": 499_999], ["t_us": 500_000], ["t_us": 500_000, "n": 2],
                ["t_us": 500_000, "n": 3],
            ]
        )
        #expect(results.map { $0["granted"] as? Bool } == [true, false, true, false, false])
        #expect(results.map { $0["retry_after_us"] as? Int } == [0, 1, 0, 500_000, nil])
    }

    @Test func whatCannotBeReplayedIsRefused() async throws {
        let good: [String: Any] = ["capacity": 1, "refill_per_s": 1]
        let lines: [[String: Any]] = [
            ["events": [["t_us": 0, "n": -1]]], ["events": [["t_us": -1]]], ["events": [["n": 1]]],
            ["events": [["t_us": 5], ["t_us": 4]]], ["events": [["t_us": 0, "n": 1.5]]],
            ["events": [["t_us": 0, "n": 1e300]]], ["events": [["t_us": 0, "m": 1]]], ["events": [0]], [:],
        ]
        let run = try await ProbeRun.run(
            lines.enumerated().map { $1.merging(["op": "limiter", "id": $0, "config": good]) { $1 } }
        )
        for id in lines.indices { #expect(try run.code(id) == "invalid_request", "\(lines[id])") }
    }

    @Test func allThatIsWrongWithAConfigIsTold() async throws {
        let configs: [(config: Any, paths: [String])] = [
            ([:] as [String: Any], ["capacity", "refill_per_s"]),
            (["capacity": 0, "refill_per_s": 0], ["capacity", "refill_per_s"]),
            (["capacity": -1, "refill_per_s": -1, "bogus": 1], ["capacity", "refill_per_s", "bogus"]),
            (["capacity": 1.5, "refill_per_s": "x"], ["capacity", "refill_per_s"]),
            (["capacity": 5, "refill_per_s": 1, "initial": 6], ["initial"]),
            (["capacity": 5, "refill_per_s": 1, "initial": -1], ["initial"]),
            (["capacity": 5, "refill_per_s": 1, "initial": "empty"], ["initial"]),
            (["capacity": 5, "refill_per_s": 1e300], ["refill_per_s"]),
            (["limit_for_period": 0, "period_ms": 0], ["limit_for_period", "period_ms"]),
            (["limit_for_period": 5, "capacity": 5], ["period_ms", "capacity"]),
            (["period_ms": -5], ["limit_for_period", "period_ms"]), (7, ["capacity", "refill_per_s"]),
        ]
        let run = try await ProbeRun.run(
            configs.enumerated().map { ["id": $0, "op": "limiter", "events": [], "config": $1.config] }
        )
        for (id, row) in configs.enumerated() {
            #expect(try run.code(id) == "configuration", "\(row)")
            let message = (try run.answer(id)["error"] as? [String: Any])?["message"] as? String ?? ""
            for path in row.paths { #expect(message.contains("config.\(path): "), "\(message)") }
            #expect(message.components(separatedBy: "config.").count - 1 == row.paths.count, "\(message)")
        }
    }
}
