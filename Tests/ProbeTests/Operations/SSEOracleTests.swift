import Foundation
import Testing

@Suite(.oracles, .timeLimit(.minutes(1))) struct SSEOracleTests {
    @Test func theEventsOfEveryStream() async throws {
        let rows = try Oracles.rows("sse/cases.json").filter { $0["expect_error"] == nil }
        #expect(rows.count == 120)
        let run = try await ProbeRun.run(
            try rows.enumerated().map { id, row in
                ["id": id, "op": "sse", "chunks_b64": try #require(row["chunks_b64"])]
            }
        )
        for (id, row) in rows.enumerated() {
            let answer = try run.answer(id)
            let events = try #require(answer["events"] as? [[String: String]])
            let expected = try #require(row["expect_events"] as? [[String: String]])
            #expect(events.map { $0["type"] } == expected.map { $0["type"] }, "\(row)")
            #expect(events.map { $0["data"] } == expected.map { $0["data"] }, "\(row)")
            for (event, expected) in zip(events, expected) where expected["lastEventId"] != nil {
                #expect(event["lastEventId"] == expected["lastEventId"], "\(row)")
            }
            if row.keys.contains("expect_retry_ms") {
                #expect(answer["retry_ms"] as? Int == row["expect_retry_ms"] as? Int, "\(row)")
            }
        }
    }

    @Test func whatIsNotBase64IsRefused() async throws {
        let run = try await ProbeRun.run([
            ["id": 1, "op": "sse", "chunks_b64": ["%"]], ["id": 2, "op": "sse", "chunks_b64": [1]],
            ["id": 3, "op": "sse"],
            ["id": 4, "op": "sse", "chunks_b64": [String]()],
        ])
        #expect(try (1...3).map { try run.code($0) } == ["invalid_request", "invalid_request", "invalid_request"])
        #expect((try run.answer(4)["events"] as? [Any])?.isEmpty == true)
    }
}
