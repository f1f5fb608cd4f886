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
        /// A sequence of somebody else's, as it came.
        case chunks(ForeignChunks)
        case channel(BodyStream)
    }

    package let storage: Storage
    /// What came after bytes in memory.
    private let fieldsAfterBytes: HeaderFields

    init(storage: Storage, trailers: HeaderFields = HeaderFields()) {
        self.storage = storage
        fieldsAfterBytes = trailers
    }

    /// No body, or a body of zero bytes.
    public static let empty = ResponseBody(storage: .bytes(Data()))

    /// Bytes in memory, and the trailer fields that came after them. Default: none.
    public static func bytes(_ data: Data, trailers: HeaderFields = HeaderFields()) -> ResponseBody {
        ResponseBody(storage: .bytes(data), trailers: trailers)
    }

    /// Text as UTF-8.
    public static func text(_ text: String) -> ResponseBody {
        .bytes(Data(text.utf8))
    }

    /// Chunks that are still arriving, from any sequence: an end is the body's end, and a cut must throw.
    public static func stream(_ chunks: Chunks) -> ResponseBody {
        ResponseBody(storage: .chunks(ForeignChunks(chunks)))
    }

    /// Chunks that are still arriving, from a transport that pushes them. To be called once for a channel: letting go
    /// of the body, and of every copy of it, ends the channel.
    public static func channel(_ channel: BodyChannel) -> ResponseBody {
        ResponseBody(storage: .channel(BodyStream(channel)))
    }

    /// The bytes, when they are all there; nil for a body that is still arriving.
    public var data: Data? {
        if case .bytes(let data) = storage { data } else { nil }
    }

    /// The trailer fields that came after the body (RFC 9110 §6.5), as they were received; empty until the body has
    /// been read to its end, and from a transport that does not keep them.
    ///
    /// They are never mixed with the header fields, which say how to read the message.
    public var trailers: HeaderFields {
        if case .channel(let stream) = storage { stream.channel.trailers } else { fieldsAfterBytes }
    }

    /// Reads the whole body into memory, what comes after it included. Throws `responseTooLarge` beyond `limit` bytes.
    package func inMemory(limit: Int) async throws -> ResponseBody {
        let data = try await collect(limit: limit)
        return .bytes(data, trailers: trailers)
    }

    /// Reads the whole body into memory. Throws `responseTooLarge` beyond `limit` bytes.
    package func collect(limit: Int) async throws -> Data {
        switch storage {
        case .bytes(let data):
            guard data.count <= limit else { throw Self.tooLarge(limit) }
            return data
        case .chunks, .channel:
            var data = Data()
            for try await chunk in self {
                guard chunk.count <= limit - data.count else { throw Self.tooLarge(limit) }
                data.append(chunk)
            }
            return data
        }
    }

    /// The first bytes of the body, at most `limit`; the rest is let go.
    func beginning(_ limit: Int) async throws -> Data {
        if case .bytes(let data) = storage { return data.prefix(limit) }
        var data = Data()
        for try await chunk in self {
            data.append(chunk.prefix(limit - data.count))
            if data.count >= limit { break }
        }
        letGo()
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
