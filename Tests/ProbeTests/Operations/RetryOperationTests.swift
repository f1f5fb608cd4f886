import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct RetryOperationTests {
    private struct Result: Equatable {
        var retry: Bool
        var delay: Double?
        var left: Double?
    }

    private func replay(_ line: [String: Any]) async throws -> [Result] {
        var line = line
        line["op"] = "retry"
        line["id"] = 1
        let run = try await ProbeRun.run([line])
        let results = try #require(try run.answer(1)["results"] as? [[String: Any]], "\(run.lines)")
        return try results.map { result in
            Result(
                retry: try #require(result["retry"] as? Bool),
                delay: result["delay_s"] as? Double,
                left: result["budget_left"] as? Double
            )
        }
    }

    @Test func theDefaultIsFullJitterFromHalfASecond() async throws {
        let results = try await replay([
            "outcomes": [["status": 503], ["error": "attempt_timeout"], ["status": 200], ["status": 200]],
            "random": [0.5, 0.75],
        ])
        #expect(
            results == [
                Result(retry: true, delay: 0.25, left: 495),
                Result(retry: true, delay: 0.75, left: 485),
                // The last retry's cost comes back, and a plain success adds 1.
                Result(retry: false, delay: nil, left: 495),
                Result(retry: false, delay: nil, left: 496),
            ]
        )
    }

    @Test func outcomesAfterTheEndOfACallAreTheNextCalls() async throws {
        let results = try await replay([
            "config": ["max_attempts": 2, "backoff": ["kind": "constant", "delay": 1], "budget": ["capacity": 10]],
            "outcomes": Array(repeating: ["status": 503], count: 6),
        ])
        #expect(
            results == [
                Result(retry: true, delay: 1, left: 5), Result(retry: false, delay: nil, left: 5),
                Result(retry: true, delay: 1, left: 0), Result(retry: false, delay: nil, left: 0),
                Result(retry: false, delay: nil, left: 0), Result(retry: false, delay: nil, left: 0),
            ]
        )
    }

    @Test func theServersWordCounts() async throws {
        let config: [String: Any] = [
            "max_attempts": 9, "backoff": ["kind": "constant", "delay": 1], "budget": NSNull(), "server_jitter": 0,
        ]
        let results = try await replay([
            "config": config,
            "outcomes": [
                ["status": 503, "headers": [["Retry-After", "10"]]],
                ["status": 429, "headers": ["Retry-After-Ms": "1500"]],
                ["status": 429, "headers": [["Retry-After", "Thu, 01 Jan 2026 00:00:31 GMT"]]],
                ["status": 503, "headers": [["x-should-retry", "false"]]],
                ["status": 503, "headers": [["Retry-After", "121"]]],
                ["status": 404], ["status": 501],
            ],
        ])
        #expect(results.map(\.retry) == [true, true, true, false, false, false, false])
        // The wall clock moves along: 10 s + 1.5 s after the start of 2026, 19.5 s are left.
        #expect(results.prefix(3).map(\.delay) == [10, 1.5, 19.5])
        #expect(results.allSatisfy { $0.left == nil })
    }

    @Test(arguments: [
        ("POST", [:] as [String: String], "connection_lost", false), ("POST", [:], "connect_failed", true),
        ("POST", ["Idempotency-Key": "k"], "connection_lost", true), ("PUT", [:], "connection_lost", true),
        ("GET", [:], "tls_failed", false), ("GET", [:], "protocol_error", false),
    ])
    func nothingIsSentTwiceBySurprise(method: String, headers: [String: String], error: String, retry: Bool)
        async throws
    {
        let results = try await replay([
            "method": method, "headers": headers, "outcomes": [["error": error]], "random": [0],
        ])
        #expect(results.map(\.retry) == [retry])
    }

    @Test func manyAttemptsOfOneCall() async throws {
        let results = try await replay([
            "config": ["max_attempts": 300, "backoff": ["kind": "constant", "delay": 0.1], "budget": NSNull()],
            "outcomes": Array(repeating: ["status": 500], count: 300),
        ])
        #expect(results.count == 300)
        #expect(results.dropLast().allSatisfy { $0.retry && $0.delay == 0.1 })
        #expect(results.last == Result(retry: false, delay: nil, left: nil))
    }

    @Test func whatCannotBeReplayedIsRefused() async throws {
        let good: [String: Any] = ["status": 503]
        let lines: [[String: Any]] = [
            ["outcomes": [good], "random": []],
            ["outcomes": [good], "random": [1]],
            ["outcomes": [good], "random": [-0.1]],
            ["outcomes": [good], "random": ["x"]],
            ["outcomes": []],
            ["outcomes": [["hang": true]]],
            ["outcomes": [["error": "cancelled"]]],
            ["outcomes": 3],
            [:],
            ["outcomes": [good], "config": ["attempts": 3]],
        ]
        let run = try await ProbeRun.run(
            lines.enumerated().map { $1.merging(["op": "retry", "id": $0]) { $1 } }
        )
        for id in 0..<9 { #expect(try run.code(id) == "invalid_request", "\(id)") }
        #expect(try run.code(9) == "configuration")
    }
}
