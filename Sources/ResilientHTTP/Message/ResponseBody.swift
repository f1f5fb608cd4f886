public import Foundation

/// The body of a response: bytes in memory, or chunks that are still arriving.
///
/// A transport may return either. Unless the call asked for a stream, the pipeline reads the chunks to the end
/// inside the attempt, so that a body that breaks is an attempt that failed and can be retried.
public struct ResponseBody: Sendable {
    /// Chunks of a body that is still arriving. An end means that the body is complete; a cut throws.
    public typealias Chunks = any AsyncSequence<Data, any Error> & Sendable

    package enum Storage: Sendable {
        case bytes(Data)
        case stream(Chunks)
    }

    package let storage: Storage

    /// No body, or a body of zero bytes.
    public static let empty = ResponseBody(storage: .bytes(Data()))

    /// Bytes in memory.
    public static func bytes(_ data: Data) -> ResponseBody {
        ResponseBody(storage: .bytes(data))
    }

    /// Text as UTF-8.
    public static func text(_ text: String) -> ResponseBody {
        .bytes(Data(text.utf8))
    }

    /// Chunks that are still arriving.
    public static func stream(_ chunks: Chunks) -> ResponseBody {
        ResponseBody(storage: .stream(chunks))
    }

    /// The bytes, when they are all there; nil for a body that is still arriving.
    public var data: Data? {
        if case .bytes(let data) = storage { data } else { nil }
    }

    /// Reads the whole body into memory. Throws `responseTooLarge` beyond `limit` bytes.
    package func collect(limit: Int) async throws -> Data {
        switch storage {
        case .bytes(let data):
            guard data.count <= limit else { throw Self.tooLarge(limit) }
            return data
        case .stream(let chunks):
            return try await Self.collect(chunks, limit: limit)
        }
    }

    private static func collect(_ chunks: Chunks, limit: Int) async throws -> Data {
        var data = Data()
        for try await chunk in chunks {
            guard data.count + chunk.count <= limit else { throw tooLarge(limit) }
            data.append(chunk)
        }
        return data
    }

    package static func tooLarge(_ limit: Int) -> ResilientError {
        ResilientError(
            .responseTooLarge,
            "the response's body is larger than the limit of \(limit) bytes",
            reachedServer: .yes
        )
    }
}
