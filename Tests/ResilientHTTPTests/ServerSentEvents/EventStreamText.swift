import Foundation
import ResilientHTTP

extension Data {
    /// Pieces of so many bytes, the last one what is left.
    func pieces(of size: Int) -> [Data] {
        stride(from: 0, to: count, by: size).map { Data(dropFirst($0).prefix(size)) }
    }

    /// Pieces of random sizes, some of them empty.
    func pieces(using random: inout some RandomNumberGenerator) -> [Data] {
        var pieces: [Data] = []
        var position = 0
        while position < count {
            let size = Int.random(in: 0...Swift.min(9, count - position), using: &random)
            pieces.append(Data(dropFirst(position).prefix(size)))
            position += size
        }
        return pieces
    }
}

/// What a decoder makes of chunks.
struct Decoded: Equatable {
    var events: [ServerSentEvent] = []
    var lastEventID = ""
    var reconnectionTime: Duration?
    var isTooLarge = false

    init(_ chunks: [Data], maximumEventSize: Int = ServerSentEventDecoder.defaultMaximumEventSize) {
        var decoder = ServerSentEventDecoder(maximumEventSize: maximumEventSize)
        do {
            for chunk in chunks { try decoder.push(chunk, into: &events) }
        } catch {
            isTooLarge = (error as? ResilientError)?.code == .responseTooLarge
        }
        lastEventID = decoder.lastEventID
        reconnectionTime = decoder.reconnectionTime
    }

    init(_ text: String) {
        self.init([Data(text.utf8)])
    }

    var data: [String] { events.map(\.data) }
    var types: [String] { events.map(\.type) }
    var ids: [String] { events.map(\.id) }
}
