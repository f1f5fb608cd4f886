#if os(Linux)
import Foundation
import ResilientHTTP

/// A file's bytes, piece by piece.
struct FileChunks: AsyncSequence, Sendable {
    private static let size = 128 << 10

    private let handle: FileHandle

    /// Throws `invalidRequest` when the file cannot be opened.
    init(_ url: URL) throws {
        do {
            handle = try FileHandle(forReadingFrom: url)
        } catch {
            throw Self.unreadable(error)
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(handle: handle) }

    struct Iterator: AsyncIteratorProtocol {
        let handle: FileHandle

        mutating func next() async throws -> Data? {
            do {
                return try handle.read(upToCount: FileChunks.size).flatMap { $0.isEmpty ? nil : $0 }
            } catch {
                throw FileChunks.unreadable(error)
            }
        }
    }

    private static func unreadable(_ error: any Error) -> ResilientError {
        ResilientError(
            .invalidRequest,
            "the body's file cannot be read: \(error.localizedDescription)",
            reachedServer: .maybe,
            cause: error
        )
    }
}
#endif
