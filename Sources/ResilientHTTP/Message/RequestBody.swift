public import Foundation
import Synchronization

/// The body of a request, and whether it can be sent a second time.
///
/// Bytes, files and streams made by a factory are replayable: a retry, a hedge or a 307 redirect sends them again
/// from the start. ``once(length:contentType:_:)`` is sent once and every stage knows it.
public struct RequestBody: Sendable {
    /// Chunks of a streamed body.
    public typealias Chunks = any AsyncSequence<Data, any Error> & Sendable

    package enum Storage: Sendable {
        case empty
        case bytes(Data)
        case file(URL)
        /// Indirect: it is larger than the others together, and rare.
        indirect case stream(length: Int?, isReplayable: Bool, make: @Sendable () async throws -> Chunks)
    }

    package let storage: Storage
    /// The media type that goes into `Content-Type` when the request has none of its own; nil for none.
    public let contentType: String?

    /// No body.
    public static let empty = RequestBody(storage: .empty, contentType: nil)

    /// Bytes in memory. The content type is `application/octet-stream` unless given.
    public static func bytes(_ data: Data, contentType: String? = "application/octet-stream") -> RequestBody {
        RequestBody(storage: .bytes(data), contentType: contentType)
    }

    /// Text as UTF-8, `text/plain; charset=utf-8`.
    public static func text(_ text: String) -> RequestBody {
        .bytes(Data(text.utf8), contentType: "text/plain; charset=utf-8")
    }

    /// A value as JSON, `application/json`. Keys are sorted unless another encoder is given, so that equal values
    /// give equal bytes.
    ///
    /// Throws ``ResilientError`` with code `invalidRequest` when the value cannot be encoded.
    public static func json(_ value: some Encodable, encoder: JSONEncoder? = nil) throws -> RequestBody {
        .bytes(try jsonData(value, encoder: encoder), contentType: "application/json")
    }

    package static func jsonData(_ value: some Encodable, encoder: JSONEncoder? = nil) throws -> Data {
        do {
            return try (encoder ?? .stable()).encode(value)
        } catch {
            throw ResilientError(
                .invalidRequest,
                "the body cannot be encoded as JSON: \(CodingProblem(error).text)",
                cause: error
            )
        }
    }

    /// Form fields, `application/x-www-form-urlencoded`, in their order, names repeated as given.
    public static func form(_ items: [URLQueryItem]) -> RequestBody {
        .bytes(Data(QueryEncoding.encode(items).utf8), contentType: "application/x-www-form-urlencoded")
    }

    /// A file, read when it is sent. `application/octet-stream` unless given.
    public static func file(_ url: URL, contentType: String? = "application/octet-stream") -> RequestBody {
        RequestBody(storage: .file(url), contentType: contentType)
    }

    /// A stream that a factory makes anew for each attempt; `length` in bytes when it is known.
    public static func stream(
        length: Int? = nil,
        contentType: String? = "application/octet-stream",
        _ make: @escaping @Sendable () async throws -> Chunks
    ) -> RequestBody {
        RequestBody(storage: .stream(length: length, isReplayable: true, make: make), contentType: contentType)
    }

    /// A stream that can be read once; `length` in bytes when it is known.
    ///
    /// A request with such a body is sent once. Reading it again throws `bodyNotReplayable`.
    public static func once(
        length: Int? = nil,
        contentType: String? = "application/octet-stream",
        _ chunks: Chunks
    ) -> RequestBody {
        let source = SingleUse(chunks)
        return RequestBody(
            storage: .stream(length: length, isReplayable: false, make: { try source.take() }),
            contentType: contentType
        )
    }

    /// Whether there is no body at all. A body of zero bytes is not empty in this sense.
    public var isEmpty: Bool {
        if case .empty = storage { true } else { false }
    }

    /// Whether the body can be sent again.
    public var isReplayable: Bool {
        if case .stream(_, let isReplayable, _) = storage { isReplayable } else { true }
    }

    /// The number of bytes where it is known without reading: nil for files and streams of unknown length.
    public var length: Int? {
        switch storage {
        case .empty: 0
        case .bytes(let data): data.count
        case .file: nil
        case .stream(let length, _, _): length
        }
    }

    /// Reads the whole body into memory.
    ///
    /// Throws `invalidRequest` when it is larger than `limit` bytes or a file cannot be read, `bodyNotReplayable`
    /// when it has been read and can be read only once, and whatever the stream throws.
    public func collect(limit: Int = .max) async throws -> Data {
        switch storage {
        case .empty:
            return Data()
        case .bytes(let data):
            return try Self.check(data, limit: limit)
        case .file(let url):
            // Anything but a file would be fetched by Foundation, blocking this thread.
            guard url.isFileURL else { throw ResilientError(.invalidRequest, "the body's URL is not a file's") }
            do {
                return try Self.check(Data(contentsOf: url, options: .mappedIfSafe), limit: limit)
            } catch let error as ResilientError {
                throw error
            } catch {
                throw ResilientError(.invalidRequest, "the body's file cannot be read", cause: error)
            }
        case .stream(_, _, let make):
            return try await Self.collect(make(), limit: limit)
        }
    }

    private static func collect(_ chunks: Chunks, limit: Int) async throws -> Data {
        var data = Data()
        for try await chunk in chunks {
            data.append(chunk)
            _ = try check(data, limit: limit)
        }
        return data
    }

    private static func check(_ data: Data, limit: Int) throws -> Data {
        guard data.count <= limit else {
            throw ResilientError(.invalidRequest, "the body is larger than the limit of \(limit) bytes")
        }
        return data
    }

    /// Hands a value out once.
    private final class SingleUse: Sendable {
        private let chunks: Mutex<Chunks?>

        init(_ chunks: Chunks) {
            self.chunks = Mutex(chunks)
        }

        func take() throws -> Chunks {
            let taken = chunks.withLock { chunks in
                defer { chunks = nil }
                return chunks
            }
            guard let taken else {
                throw ResilientError(
                    .bodyNotReplayable,
                    "the request's body can be read only once and has been sent; use a factory to make it replayable"
                )
            }
            return taken
        }
    }
}

extension RequestBody: CustomStringConvertible {
    /// Size and type, never the content.
    public var description: String {
        let type = contentType.map { " of \($0)" } ?? ""
        switch storage {
        case .empty: return "no body"
        case .bytes(let data): return "\(data.count) bytes\(type)"
        case .file: return "a file\(type)"
        case .stream(let length, _, _): return (length.map { "a stream of \($0) bytes" } ?? "a stream") + type
        }
    }
}

extension JSONEncoder {
    /// An encoder whose output depends on nothing but the value.
    package static func stable() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
