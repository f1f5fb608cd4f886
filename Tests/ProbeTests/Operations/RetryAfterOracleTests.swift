import Foundation
import Testing

@Suite(.oracles, .timeLimit(.minutes(1))) struct RetryAfterOracleTests {
    @Test func theMeaningOfEveryHeader() async throws {
        let file = try #require(try Oracles.json("retry-after/openai_retry_after.json") as? [String: Any])
        let now = try #require(file["now_epoch"] as? Int)
        let cases = try #require(file["cases"] as? [[String: Any]])
        #expect(cases.count == 23)
        let run = try await ProbeRun.run(
            try cases.enumerated().map { id, row in
                let value = try #require(row["retry_after"] as? String)
                return ["id": id, "op": "retry_after", "headers": [["Retry-After", value]], "now": now]
            }
        )
        for (id, row) in cases.enumerated() {
            let expected = try #require(row["header_meaning"] as? [String: Any])
            let answer = try run.answer(id)
            #expect(answer["meaning"] as? String == expected["kind"] as? String, "\(row)")
            let seconds = (expected["seconds"] ?? expected["seconds_from_now"]) as? Double
            // RFC 9110 sets no limit; ours is 10⁹ s.
            #expect(answer["seconds"] as? Double == seconds.map { min($0, 1e9) }, "\(row)")
        }
    }

    @Test func whatHasNoMeaning() async throws {
        let run = try await ProbeRun.run([
            ["id": 1, "op": "retry_after", "headers": [["X", "1"]], "now": 0],
            ["id": 2, "op": "retry_after", "now": 0.5],
            ["id": 3, "op": "retry_after", "headers": ["retry-after": "1.5"], "now": 0],
            ["id": 4, "op": "retry_after", "headers": ["Retry-After": "1"]],
            ["id": 5, "op": "retry_after", "headers": ["Retry-After": "1"], "now": 1e300],
            ["id": 6, "op": "retry_after", "headers": [["Retry-After"]], "now": 0],
        ])
        #expect(try [1, 2, 3].map { try run.answer($0)["meaning"] as? String } == ["none", "none", "invalid"])
        #expect(try [4, 5, 6].map { try run.code($0) } == ["invalid_request", "invalid_request", "invalid_request"])
    }
}
