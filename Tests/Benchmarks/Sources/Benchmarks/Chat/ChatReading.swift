import Foundation
import Synchronization

/// One answer as it is read: each event is decoded, and the pieces of text are counted.
final class ChatReading: Sendable {
    private struct State {
        var first: Double?
        var tokens = 0
    }

    private let began = ContinuousClock.now
    private let state = Mutex(State())

    /// Takes the data of one event.
    func read(_ event: Data) throws {
        guard event.first == UInt8(ascii: "{") else { return }
        let chunk = try JSONDecoder().decode(ChatChunk.self, from: event)
        guard chunk.choices.first?.delta.content?.isEmpty == false else { return }
        state.withLock { state in
            if state.first == nil { state.first = began.duration(to: .now) / .seconds(1) }
            state.tokens += 1
        }
    }

    /// The seconds to the first token. Throws unless all have come.
    func check() throws -> Double {
        let (first, tokens) = state.withLock { ($0.first, $0.tokens) }
        guard let first, tokens == ChatContent.tokens else {
            throw WrongAnswer("\(tokens) tokens in place of \(ChatContent.tokens)")
        }
        return first
    }
}
