import Foundation

/// A body that arrives chunk by chunk.
struct MockBody: AsyncSequence, Sendable {
    typealias Element = Data
    typealias Failure = any Error

    let chunks: [Data]
    let interval: Duration
    let error: (any Error)?
    let pause: @Sendable (Duration) async throws -> Void

    func makeAsyncIterator() -> Iterator {
        Iterator(body: self)
    }

    struct Iterator: AsyncIteratorProtocol {
        let body: MockBody
        private var position = 0

        init(body: MockBody) {
            self.body = body
        }

        mutating func next() async throws -> Data? {
            try await next(isolation: nil)
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Data? {
            if body.interval > .zero { try await body.pause(body.interval) }
            guard position < body.chunks.count else {
                if let error = body.error { throw error }
                return nil
            }
            defer { position += 1 }
            return body.chunks[position]
        }
    }
}
