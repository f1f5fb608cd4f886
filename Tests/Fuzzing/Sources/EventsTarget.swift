import Foundation

/// The first byte chooses a limit and a way to split, the rest is the stream: every split gives what the whole gives,
/// and that is what the standard, followed step by step, gives.
@Sendable
func fuzzEvents(_ input: UnsafeBufferPointer<UInt8>) {
    guard let choice = input.first else { return }
    let stream = Data(input.dropFirst())
    let limit = choice & 1 == 0 ? ServerSentEventDecoder.defaultMaximumEventSize : Int(choice >> 1)

    let whole = DecodedStream([stream], limit: limit)
    let size = Int(choice >> 4) + 1
    for pieces in [pieces(of: stream, size: 1), pieces(of: stream, size: size)] {
        require(DecodedStream(pieces, limit: limit) == whole, "a split changes the events")
    }

    for event in whole.events {
        require(!event.type.isEmpty, "an event has no type")
        require(!event.data.utf8.contains(0x0D) && !event.type.utf8.contains(0x0D), "a CR is in an event")
        require(!event.type.utf8.contains(0x0A) && !event.id.utf8.contains(0x0A), "a LF is in a type or an id")
        require(!event.id.utf8.contains(0), "a NUL is in an id")
        require((event.retry ?? .zero) >= .zero, "a wait is negative")
    }

    if whole.isTooLarge {
        require(limit < stream.count, "a stream within the limit is too large")
    } else {
        let reference = ReferenceStream(stream)
        require(whole.events == reference.events, "the events are not those of the standard")
        require(whole.lastEventID == reference.lastEventID, "the last id is not that of the standard")
        require(whole.retry == reference.retry, "the wait is not that of the standard")
    }
}

private func pieces(of data: Data, size: Int) -> [Data] {
    stride(from: 0, to: data.count, by: size).map { data.dropFirst($0).prefix(size) }
}

private struct DecodedStream: Equatable {
    var events: [ServerSentEvent] = []
    var lastEventID: String
    var retry: Duration?
    var isTooLarge = false

    init(_ chunks: [Data], limit: Int) {
        var decoder = ServerSentEventDecoder(maximumEventSize: limit)
        do {
            for chunk in chunks { try decoder.push(chunk, into: &events) }
        } catch {
            isTooLarge = true
        }
        lastEventID = decoder.lastEventID
        retry = decoder.reconnectionTime
    }
}
