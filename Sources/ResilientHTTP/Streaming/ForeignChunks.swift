import Foundation
import Synchronization

/// A sequence of somebody else's as a body: tells how it ended, once, also when nobody read it to the end.
package final class ForeignChunks: Sendable {
    let chunks: ResponseBody.Chunks
    private let ends = Mutex(EndHandlers())

    init(_ chunks: ResponseBody.Chunks) {
        self.chunks = chunks
    }

    deinit {
        end(.dropped)
    }

    func onEnd(_ handler: @escaping @Sendable (ResponseBody.Outcome) -> Void) {
        if let outcome = ends.withLock({ $0.add(handler) }) { handler(outcome) }
    }

    func end(_ outcome: ResponseBody.Outcome) {
        for handler in ends.withLock({ $0.end(outcome) }) ?? [] { handler(outcome) }
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
