import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite("Server-sent events against WPT and LaunchDarkly's contract tests", .oracles)
struct ServerSentEventOracleTests {
    /// A row whose content type is not an event stream's expects no events, and its bytes are never decoded.
    private func rows() throws -> (streams: [[String: Any]], others: [[String: Any]]) {
        let rows = try Oracles.rows("sse/cases.json")
        #expect(rows.count == 122)
        return (rows.filter { $0["expect_error"] == nil }, rows.filter { $0["expect_error"] != nil })
    }

    private func chunks(_ row: [String: Any]) throws -> [Data] {
        try #require(row["chunks_b64"] as? [String]).map { try #require(Data(base64Encoded: $0)) }
    }

    private func check(_ decoded: Decoded, _ row: [String: Any], _ comment: Comment) throws {
        let expected = try #require(row["expect_events"] as? [[String: String]])
        #expect(decoded.types == expected.map { $0["type"] }, comment)
        #expect(decoded.data == expected.map { $0["data"] }, comment)
        for (event, expected) in zip(decoded.events, expected) {
            if let id = expected["lastEventId"] { #expect(event.id == id, comment) }
        }
        if row.keys.contains("expect_retry_ms") {
            let retry = (row["expect_retry_ms"] as? Int).map { Duration.milliseconds($0) }
            #expect(decoded.reconnectionTime == retry, comment)
        }
        if let header = row["expect_reconnect_header"] as? [String: String] {
            #expect(decoded.lastEventID == header["Last-Event-ID_utf8"], comment)
            #expect(Grammar.isFieldValue(decoded.lastEventID), comment)
        }
        #expect(!decoded.isTooLarge, comment)
    }

    @Test("All 122 cases as they are, and re-chunked at 1, 2, 3 and 7 bytes")
    func decoding() throws {
        let (streams, others) = try rows()
        #expect(streams.count + others.count == 122)
        for row in streams {
            let id = try #require(row["id"] as? String)
            let chunks = try chunks(row)
            try check(Decoded(chunks), row, "\(id)")
            for size in [1, 2, 3, 7] {
                try check(Decoded(chunks.reduce(Data(), +).pieces(of: size)), row, "\(id) at \(size)")
            }
        }
    }

    @Test("Content types: 120 accepted, 2 refused; what is refused brings no event")
    func contentTypes() throws {
        let (streams, others) = try rows()
        #expect(others.count == 2)
        for row in streams { #expect(EventStreamAnswer.isEventStream(row["content_type"] as? String), "\(row)") }
        for row in others {
            let type = try #require(row["content_type"] as? String)
            let chunks = try chunks(row)
            let error = #expect(throws: ResilientError.self) {
                try Simulation(seed: 0).run { simulation in
                    let server = ScriptedEvents([.init(contentType: type, steps: chunks.map { .chunk($0) })])
                    return try await server.collect(simulation)
                }
            }
            #expect(error?.code == .protocolError)
            #expect(error?.message.contains(type) == true)
        }
    }
}
