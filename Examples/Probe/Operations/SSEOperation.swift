import Foundation
import ResilientHTTP

/// What the decoder makes of a stream of server-sent events, chunk by chunk.
struct SSEOperation: Operation {
    static let name = "sse"
    static let keys = ["chunks_b64"]

    private let chunks: [Data]

    init(_ fields: Fields, _ session: Session) throws {
        chunks = try fields.need(fields.array("chunks_b64"), "chunks_b64").enumerated().map { index, chunk in
            guard case .string(let text) = chunk, let data = Data(base64Encoded: text) else {
                throw ResilientError.line("chunks_b64.\(index) is not base64")
            }
            return data
        }
    }

    var place: OperationPlace { .anywhere }

    func run() throws -> [JSON.Member] {
        var decoder = ServerSentEventDecoder()
        var events: [ServerSentEvent] = []
        for chunk in chunks { try decoder.push(chunk, into: &events) }
        return [
            JSON.Member(
                "events",
                .array(
                    events.map { event in
                        .object([
                            JSON.Member("type", .string(event.type)),
                            JSON.Member("data", .string(event.data)),
                            JSON.Member("lastEventId", .string(event.id)),
                        ])
                    }
                )
            ),
            JSON.Member("retry_ms", decoder.reconnectionTime.map { .double($0.inSeconds * 1000) } ?? .null),
            JSON.Member("last_event_id", .string(decoder.lastEventID)),
        ]
    }
}
