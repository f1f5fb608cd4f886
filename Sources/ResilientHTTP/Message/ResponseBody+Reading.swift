public import Foundation

/// Reading a body as it arrives: once, by one reader.
///
/// The iteration throws what broke the body (a cut is an error, not an end) and `CancellationError` when its task is
/// cancelled. Letting go of the body before its end frees the connection.
extension ResponseBody: AsyncSequence {
    /// Chunks, of any size but empty.
    public typealias Element = Data
    /// A ``ResilientError`` or `CancellationError`.
    public typealias Failure = any Error

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        switch storage {
        case .bytes(let data): Iterator(source: .bytes(data))
        case .chunks(let chunks): Iterator(source: .chunks(chunks, chunks.chunks.makeAsyncIterator()))
        case .channel(let stream): Iterator(source: .channel(stream))
        }
    }

    /// Reads chunk by chunk.
    public struct Iterator: AsyncIteratorProtocol {
        enum Source {
            case bytes(Data)
            case chunks(ForeignChunks, any AsyncIteratorProtocol<Data, any Error>)
            case channel(BodyStream)
        }

        var source: Source

        /// The next chunk; nil at the end.
        public mutating func next() async throws -> Data? {
            try await next(isolation: nil)
        }

        /// The next chunk; nil at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Data? {
            switch source {
            case .bytes(let data):
                source = .bytes(Data())
                return data.isEmpty ? nil : data
            case .chunks(let chunks, var iterator):
                defer { source = .chunks(chunks, iterator) }
                return try await chunks.next(of: &iterator, isolation: actor)
            case .channel(let stream):
                return try await stream.channel.next()
            }
        }
    }
}

extension ResponseBody {
    /// How a body ended.
    public enum Outcome: Sendable {
        /// All of it has arrived.
        case complete
        /// It broke, or a limit ended it.
        case failed(any Error)
        /// The task that read it was cancelled.
        case cancelled
        /// Its reader let go of it.
        case dropped
    }

    /// Calls `handler` exactly once, from any thread, when the body has ended on the wire; at once for bytes in memory.
    ///
    /// A stage gives back here what it holds for as long as the answer is on the wire. `handler` must be short.
    public func onEnd(_ handler: @escaping @Sendable (Outcome) -> Void) {
        switch storage {
        case .bytes: handler(.complete)
        case .chunks(let chunks): chunks.onEnd(handler)
        case .channel(let stream): stream.channel.onEnd(handler)
        }
    }

    /// Lets go of the body as if nobody held it any more: for a stage that has seen enough of an answer that it still
    /// holds.
    package func letGo() {
        switch storage {
        case .bytes: break
        case .chunks(let chunks): chunks.end(.dropped)
        case .channel(let stream): stream.channel.drop()
        }
    }

    /// Whether a call's rules bound the body.
    var isGoverned: Bool {
        switch storage {
        case .bytes: true
        case .chunks: false
        case .channel(let stream): stream.channel.isGoverned
        }
    }

    /// Whether the body is still to be read from the wire.
    public var isStream: Bool {
        if case .bytes = storage { false } else { true }
    }
}
