import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct BreakerOperationTests {
    private struct Result: Equatable {
        var permitted: Bool?
        var state: String
        var failureRate: Double?
        var slowRate: Double?

        init(_ permitted: Bool?, _ state: String, _ failureRate: Double? = nil, _ slowRate: Double? = nil) {
            (self.permitted, self.state, self.failureRate, self.slowRate) = (permitted, state, failureRate, slowRate)
        }

        init(_ result: [String: Any]) throws {
            permitted = result["permitted"] as? Bool
            state = try #require(result["state"] as? String)
            failureRate = result["failure_rate"] as? Double
            slowRate = result["slow_rate"] as? Double
        }
    }

    /// Events as (time in seconds, op, further keys).
    private func replay(_ config: [String: Any], _ events: [(Int, String, [String: Any])]) async throws -> [Result] {
        let lines = events.map { time, name, more in
            more.merging(["t_us": time * 1_000_000, "op": name]) { $1 }
        }
        let run = try await ProbeRun.run([["id": 1, "op": "breaker", "config": config, "events": lines]])
        let results = try #require(try run.answer(1)["results"] as? [[String: Any]], "\(run.lines)")
        return try results.map { try Result($0) }
    }

    @Test func aWindowOfCallsAndProbesThatAreJudgedByTheirRates() async throws {
        let results = try await replay(
            [
                "window": "count", "window_size": 4, "minimum_calls": 3, "failure_rate_threshold": 60,
                "wait_open_ms": 5000, "half_open_calls": 2,
            ],
            [
                (0, "acquire", [:]), (0, "error", [:]), (0, "acquire", [:]), (0, "success", [:]),
                (0, "acquire", [:]), (1, "error", [:]), (5, "acquire", [:]), (6, "acquire", [:]), (6, "acquire", [:]),
                (6, "acquire", [:]), (7, "error", [:]), (7, "success", [:]),
            ]
        )
        #expect(results.map(\.permitted) == [true, nil, true, nil, true, nil, false, true, true, false, nil, nil])
        #expect(results[4] == Result(true, "closed"))
        // Two failures of three calls, not 66.66666666666667 by way of a rounded share.
        #expect(results[5].state == "open" && results[5].failureRate == 200.0 / 3)
        #expect(results[6].state == "open")
        // One of two probes failed: below the threshold of 60 %.
        #expect(results[7...].map(\.state) == ["half_open", "half_open", "half_open", "half_open", "closed"])
    }

    @Test func aWindowOfSecondsAndSlowCalls() async throws {
        let config: [String: Any] = [
            "window": "time_s", "window_size": 10, "minimum_calls": 2, "failure_rate_threshold": 100,
            "slow_call_rate_threshold": 50, "slow_call_ms": 1500, "wait_open_ms": 1000,
        ]
        let slow = try await replay(
            config,
            [
                (0, "acquire", [:]), (0, "success", ["duration_ms": 1500]), (1, "acquire", [:]),
                // Not said: from the permit to its result.
                (3, "success", [:]),
            ]
        )
        #expect(slow.last == Result(nil, "open", 0, 50))
        let old = try await replay(
            config,
            [
                (0, "acquire", [:]), (0, "error", ["duration_ms": 1]), (30, "acquire", [:]),
                (30, "error", ["duration_ms": 1]), (31, "acquire", [:]), (31, "error", ["duration_ms": 1]),
            ]
        )
        #expect(old.map(\.state) == ["closed", "closed", "closed", "closed", "closed", "open"])
        #expect(old.last == Result(nil, "open", 100, 0))
    }

    @Test func aResultBelongsToTheOldestPermitOrToTheOneThatItNames() async throws {
        let config: [String: Any] = ["failure_threshold": 1, "open_duration_s": 1, "half_open_calls": 1]
        let results = try await replay(
            config,
            [
                (0, "acquire", [:]), (0, "acquire", [:]), (0, "acquire", [:]),
                // The second, then the oldest; both are neutral, so nothing has happened yet.
                (0, "cancel", ["permit": 2]), (0, "ignored", [:]), (0, "error", [:]),
                (2, "acquire", [:]), (2, "acquire", [:]), (2, "cancel", [:]), (2, "acquire", [:]),
                // Twice: the second result is nobody's.
                (2, "success", ["permit": 6]), (2, "error", ["permit": 6]),
            ]
        )
        #expect(
            results == [
                Result(true, "closed"), Result(true, "closed"), Result(true, "closed"), Result(nil, "closed"),
                Result(nil, "closed"), Result(nil, "open"), Result(true, "half_open"), Result(false, "half_open"),
                Result(nil, "half_open"), Result(true, "half_open"), Result(nil, "closed"), Result(nil, "closed"),
            ]
        )
    }

    @Test func aResultThatComesLateMovesNothing() async throws {
        let results = try await replay(
            ["failure_threshold": 1, "open_duration_s": 1, "success_threshold": 2, "half_open_calls": 5],
            [
                (0, "acquire", [:]), (0, "acquire", [:]), (0, "error", [:]), (1, "acquire", [:]),
                (1, "error", ["permit": 2]), (1, "success", [:]), (1, "acquire", [:]), (1, "success", [:]),
            ]
        )
        let half = "half_open"
        #expect(results.map(\.state) == ["closed", "closed", "open", half, half, half, half, "closed"])
    }

    @Test func whatCannotBeReplayedIsRefused() async throws {
        let acquire: [String: Any] = ["t_us": 5, "op": "acquire"]
        let bad: [[[String: Any]]] = [
            [["op": "acquire"]], [["t_us": -1, "op": "acquire"]], [["t_us": 1e300, "op": "acquire"]],
            [["t_us": 0.5, "op": "acquire"]], [["t_us": 5]], [["t_us": 5, "op": "succeed"]],
            [["t_us": 5, "op": "acquire", "bogus": 1]], [["t_us": 5, "op": "acquire", "permit": 1]],
            [acquire, ["t_us": 4, "op": "success"]], [["t_us": 5, "op": "success"]],
            [acquire, ["t_us": 5, "op": "success"], ["t_us": 5, "op": "success"]],
            [acquire, ["t_us": 5, "op": "success", "permit": 2]],
            [acquire, ["t_us": 5, "op": "success", "permit": 0]],
            [acquire, ["t_us": 5, "op": "error", "permit": -3]],
            [acquire, ["t_us": 5, "op": "error", "permit": 1e17]],
            [acquire, ["t_us": 5, "op": "error", "duration_ms": -1]],
            [acquire, ["t_us": 5, "op": "error"], acquire, ["t_us": 5, "op": "success", "permit": 2]],
        ]
        let lines: [[String: Any]] =
            bad.map { ["events": $0, "config": ["failure_threshold": 1]] } + [["events": 7], ["events": ["x"]], [:]]
        let run = try await ProbeRun.run(
            lines.enumerated().map { $1.merging(["op": "breaker", "id": $0]) { $1 } }
        )
        #expect(run.status == 0)
        for id in lines.indices { #expect(try run.code(id) == "invalid_request", "\(lines[id])") }
    }

    @Test func allThatIsWrongWithAConfigIsTold() async throws {
        let configs: [(config: Any, paths: [String])] = [
            (
                ["bogus": 1, "failure_threshold": 0, "open_duration_s": -1],
                ["bogus", "failure_threshold", "open_duration_s"]
            ),
            (
                ["window": "count", "failure_rate_threshold": 101, "window_size": 0],
                ["failure_rate_threshold", "window_size"]
            ),
            (
                ["window": "count", "failure_rate_threshold": 0, "wait_open_ms": 0],
                ["failure_rate_threshold", "wait_open_ms"]
            ),
            (["window": "time_s", "window_size": 0, "half_open_calls": 0], ["window_size", "half_open_calls"]),
            (["window_size": 5, "slow_call_ms": 5], ["window_size", "slow_call_ms"]),
            (["window": "count", "failure_threshold": 5], ["failure_threshold"]),
            (["window": "day"], ["window"]), (["window": 7], ["window"]),
            (["wait_open_ms": 5, "open_duration_s": 5], ["open_duration_s"]),
            (["failure_threshold": 1.5, "half_open_calls": 1e300], ["failure_threshold", "half_open_calls"]),
            (7, []),
        ]
        let run = try await ProbeRun.run(
            configs.enumerated().map { ["id": $0, "op": "breaker", "events": [], "config": $1.config] }
        )
        for (id, row) in configs.enumerated() {
            #expect(try run.code(id) == "configuration", "\(row)")
            let message = (try run.answer(id)["error"] as? [String: Any])?["message"] as? String ?? ""
            for path in row.paths { #expect(message.contains("config.\(path): "), "\(message)") }
            #expect(message.components(separatedBy: "config.").count - 1 == row.paths.count, "\(message)")
        }
    }
}
