import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite("Server-sent events against WPT and LaunchDarkly's contract tests", .oracles, .oneAtATime)
struct ServerSentEventOracleTests {
    /// Not through `Oracles.rows`: JSONSerialization drops a byte order mark at the start of a text, which two of the
    /// rows are about.
    private struct Row: Decodable {
        struct Event: Decodable {
            var type: String
            var data: String
            var lastEventId: String?
        }

        var id: String
        var chunks_b64: [Data]
        var expect_events: [Event]
        var content_type: String
        var expect_error: String?
        /// Nil without the key, and an inner nil for a null: the stream sets no reconnection time.
        var retry: Int??
        var reconnectHeader: String?

        enum CodingKeys: CodingKey {
            case id, chunks_b64, expect_events, content_type, expect_error, expect_retry_ms, expect_reconnect_header
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            id = try values.decode(String.self, forKey: .id)
            chunks_b64 = try values.decode([Data].self, forKey: .chunks_b64)
            expect_events = try values.decode([Event].self, forKey: .expect_events)
            content_type = try values.decode(String.self, forKey: .content_type)
            expect_error = try values.decodeIfPresent(String.self, forKey: .expect_error)
            if values.contains(.expect_retry_ms) {
                retry = .some(try values.decodeIfPresent(Int.self, forKey: .expect_retry_ms))
            }
            let header = try values.decodeIfPresent([String: String].self, forKey: .expect_reconnect_header)
            reconnectHeader = header?["Last-Event-ID_utf8"]
        }
    }

    /// A row whose content type is not an event stream's expects no events, and its bytes are never decoded.
    private func rows() throws -> (streams: [Row], others: [Row]) {
        let file = try #require(Oracles.folder).appendingPathComponent("sse/cases.json")
        let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: file))
        #expect(rows.count == 122)
        return (rows.filter { $0.expect_error == nil }, rows.filter { $0.expect_error != nil })
    }

    private func check(_ decoded: Decoded, _ row: Row, _ comment: Comment) {
        #expect(decoded.types == row.expect_events.map(\.type), comment)
        #expect(decoded.data == row.expect_events.map(\.data), comment)
        for (event, expected) in zip(decoded.events, row.expect_events) {
            if let id = expected.lastEventId { #expect(event.id == id, comment) }
        }
        if let retry = row.retry {
            #expect(decoded.reconnectionTime == retry.map { Duration.milliseconds($0) }, comment)
        }
        if let header = row.reconnectHeader {
            #expect(decoded.lastEventID == header, comment)
            #expect(Grammar.isFieldValue(decoded.lastEventID), comment)
        }
        #expect(!decoded.isTooLarge, comment)
    }

    @Test("120 streams as they are, and re-chunked at 1, 2, 3 and 7 bytes")
    func decoding() throws {
        let streams = try rows().streams
        #expect(streams.count == 120)
        #expect(streams.filter { $0.retry != nil }.count == 10)
        #expect(streams.flatMap(\.expect_events).filter { $0.lastEventId != nil }.count == 27)
        for row in streams {
            check(Decoded(row.chunks_b64), row, "\(row.id)")
            let stream = row.chunks_b64.reduce(Data(), +)
            for size in [1, 2, 3, 7] { check(Decoded(stream.pieces(of: size)), row, "\(row.id) at \(size)") }
        }
    }

    @Test("Content types: 120 accepted, 2 refused; what is refused brings no event")
    func contentTypes() throws {
        let (streams, others) = try rows()
        #expect(others.count == 2)
        for row in streams { #expect(EventStreamAnswer.isEventStream(row.content_type), "\(row.id)") }
        for row in others {
            let steps = row.chunks_b64.map { ScriptedEvents.Step.chunk($0) }
            let server = ScriptedEvents([.init(contentType: row.content_type, steps: steps)])
            let error = #expect(throws: ResilientError.self) {
                try simulateEvents(server) { try await server.collect($0) }
            }
            #expect(error?.code == .protocolError)
            #expect(error?.message.contains(row.content_type) == true)
        }
    }
}
