import Foundation
import Testing

@testable import Probe

@Suite(.oracles, .timeLimit(.minutes(1))) struct SSEOracleTests {
    /// Not by Foundation's parser, which drops a byte order mark at the start of a string: some cases are about that.
    private func cases() throws -> [JSON] {
        let file = try #require(Oracles.folder).appendingPathComponent("sse/cases.json")
        guard case .array(let rows) = try JSONParser.line(Array(Data(contentsOf: file))).value.get() else {
            throw Oracles.Missing(path: file.path)
        }
        return rows
    }

    private func list(_ json: JSON?) throws -> [JSON] {
        guard case .array(let values)? = json else { throw CocoaError(.formatting) }
        return values
    }

    @Test func theEventsOfEveryStream() async throws {
        let rows = try cases().filter { $0["expect_error"] == nil }
        #expect(rows.count == 120)
        let run = try await ProbeRun.run(
            try rows.enumerated().map { id, row in
                let chunks = try #require(row["chunks_b64"])
                return "{\"id\":\(id),\"op\":\"sse\",\"chunks_b64\":\(chunks.text)}"
            }
        )
        var answers: [String: JSON] = [:]
        for line in run.lines {
            let answer = try JSONParser.line(Array(line.utf8)).value.get()
            answers[try #require(answer["id"]).text] = answer
        }
        for (id, row) in rows.enumerated() {
            let answer = try #require(answers[String(id)])
            let (events, expected) = (try list(answer["events"]), try list(row["expect_events"]))
            #expect(events.map { $0["type"] } == expected.map { $0["type"] }, "\(row.text)")
            #expect(events.map { $0["data"] } == expected.map { $0["data"] }, "\(row.text)")
            for (event, expected) in zip(events, expected) where expected["lastEventId"] != nil {
                #expect(event["lastEventId"] == expected["lastEventId"], "\(row.text)")
            }
            if let retry = row["expect_retry_ms"] { #expect(answer["retry_ms"] == retry, "\(row.text)") }
        }
    }

    @Test func whatIsNotBase64IsRefused() async throws {
        let run = try await ProbeRun.run([
            ["id": 1, "op": "sse", "chunks_b64": ["%"]], ["id": 2, "op": "sse", "chunks_b64": [1]],
            ["id": 3, "op": "sse"], ["id": 4, "op": "sse", "chunks_b64": [String]()],
        ])
        #expect(try (1...3).map { try run.code($0) } == ["invalid_request", "invalid_request", "invalid_request"])
        #expect((try run.answer(4)["events"] as? [Any])?.isEmpty == true)
    }
}
