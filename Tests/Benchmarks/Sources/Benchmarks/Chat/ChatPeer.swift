import Foundation
import Synchronization

/// A client that reads a chat completion as it is written.
struct ChatPeer: Sendable {
    let name: String
    let run: @Sendable (ChatLoad) async throws -> ChatTaken
    var end: @Sendable () async -> Void = {}
}

extension ChatPeer {
    /// One of Swift, by what it does for one answer: it calls back with the data of each event.
    init(
        _ name: String,
        end: @escaping @Sendable () async -> Void,
        stream:
            @escaping @Sendable (URL, Data, _ onEvent: @escaping @Sendable (Data) throws -> Void) async throws -> Void
    ) {
        self.name = name
        self.end = end
        run = { load in
            let body = try ChatRequest(stream: true).json
            let firsts = Mutex<[Double]>([])
            let taken = try await Taken.spread(load.streams, inFlight: load.inFlight) {
                let reading = ChatReading()
                try await stream(load.url, body) { try reading.read($0) }
                let first = try reading.check()
                firsts.withLock { $0.append(first) }
            }
            let tokens = load.streams * ChatContent.tokens
            return ChatTaken(taken: taken, firsts: firsts.withLock { $0 }, tokens: tokens)
        }
    }
}
