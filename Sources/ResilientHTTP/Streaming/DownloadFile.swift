import Foundation

/// A file that a body is written to as it arrives, inside the attempt: one that breaks can be tried again, and nobody
/// sees half a file.
final class DownloadFile: Sendable {
    /// Where the bytes go; empty again with each attempt.
    let url: URL
    private let onProgress: (@Sendable (TransferProgress) -> Void)?

    /// A file that does not exist yet, beside `destination` so that it can be moved there at once, or in the
    /// temporary directory.
    init(for destination: URL?, id: RequestID, onProgress: (@Sendable (TransferProgress) -> Void)?) {
        let directory = destination?.deletingLastPathComponent() ?? FileManager.default.temporaryDirectory
        url = directory.appendingPathComponent(".ResilientHTTP-\(id).download")
        self.onProgress = onProgress
    }

    /// Writes a body; what is left of it is empty.
    ///
    /// Throws what breaks the body, and `fileFailed` when the file cannot be written.
    func receive(_ response: ClientResponse) async throws -> ResponseBody {
        let handle = try Self.local("created") { () throws -> FileHandle in
            guard
                FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600])
            else { throw CocoaError(.fileWriteUnknown) }
            return try FileHandle(forWritingTo: url)
        }
        defer { try? handle.close() }
        let total = response.headers[.contentLength].flatMap { Int64($0) }
        var completed: Int64 = 0
        onProgress?(TransferProgress(completed: 0, total: total))
        for try await chunk in response.body {
            try Self.local("written") { try handle.write(contentsOf: chunk) }
            completed += Int64(chunk.count)
            onProgress?(TransferProgress(completed: completed, total: total))
        }
        return .empty
    }

    /// Moves the file to its place, over one that is there; without a place it stays where it is.
    func deliver(to destination: URL?) throws -> URL {
        guard let destination else { return url }
        return try Self.local("moved to its place") {
            guard rename(url.path, destination.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
            return destination
        }
    }

    /// Nothing stays behind a download that failed.
    func discard() {
        try? FileManager.default.removeItem(at: url)
    }

    private static func local<Value>(_ what: String, _ operation: () throws -> Value) throws -> Value {
        do {
            return try operation()
        } catch {
            throw ResilientError(
                .fileFailed,
                "the download's file could not be \(what): \(error.localizedDescription)",
                reachedServer: .yes,
                cause: error
            )
        }
    }
}
