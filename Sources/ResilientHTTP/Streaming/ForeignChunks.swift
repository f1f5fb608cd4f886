import Foundation
import Synchronization

/// A sequence of somebody else's as a body: tells how it ended, once, also when nobody read it to the end.
package final class ForeignChunks: Sendable {
    private struct State {
        var outcome: ResponseBody.Outcome?
        var handlers: [@Sendable (ResponseBody.Outcome) -> Void] = []
    }

    let chunks: ResponseBody.Chunks
    private let state = Mutex(State())

    init(_ chunks: ResponseBody.Chunks) {
        self.chunks = chunks
    }

    deinit {
        end(.dropped)
    }

    func onEnd(_ handler: @escaping @Sendable (ResponseBody.Outcome) -> Void) {
        let outcome = state.withLock { state in
            if state.outcome == nil { state.handlers.append(handler) }
            return state.outcome
        }
        if let outcome { handler(outcome) }
    }

    func end(_ outcome: ResponseBody.Outcome) {
        let handlers = state.withLock { state -> [@Sendable (ResponseBody.Outcome) -> Void] in
            guard state.outcome == nil else { return [] }
            state.outcome = outcome
            defer { state.handlers = [] }
            return state.handlers
        }
        for handler in handlers { handler(outcome) }
    }

    /// The next chunk of a sequence that is being read.
    func next(
        of iterator: inout any AsyncIteratorProtocol<Data, any Error>,
        isolation actor: isolated (any Actor)?
    ) async throws -> Data? {
        do {
            if let chunk = try await iterator.next(isolation: actor) { return chunk }
            // Many sequences (AsyncStream, for one) simply end when who reads them is cancelled.
            try Task.checkCancellation()
            end(.complete)
            return nil
        } catch {
            end(error is CancellationError ? .cancelled : .failed(error))
            throw error
        }
    }
}
