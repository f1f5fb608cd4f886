import Foundation

/// A file that a body is written to as it arrives, inside the attempt: one that breaks can be tried again, and nobody
/// sees half a file.
final class DownloadFile: Sendable {
    /// Where the bytes go; empty again with each attempt.
    let url: URL
    /// Whether an answer that is no success may take the place of the file.
    let takesAnyStatus: Bool
    private let onProgress: (@Sendable (TransferProgress) -> Void)?

    /// A file that does not exist yet, beside `destination` so that it can be moved there at once, or in the
    /// temporary directory.
    init(for destination: URL?, id: RequestID, onProgress: (@Sendable (TransferProgress) -> Void)?) {
        let directory = destination?.deletingLastPathComponent() ?? FileManager.default.temporaryDirectory
        url = directory.appendingPathComponent(".ResilientHTTP-\(id).download")
        takesAnyStatus = destination == nil
        self.onProgress = onProgress
    }

    /// Makes the file, before anything is sent: a directory that is missing or full shows at once.
    ///
    /// Throws `fileFailed`. Never over a file or link that somebody else has put there.
    func create() throws {
        let descriptor = try Self.local("created", reachedServer: .no) {
            try POSIXCall.check(open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
        }
        close(descriptor)
    }

    /// Writes a body; what is left of it are the fields after it.
    ///
    /// Throws what breaks the body, and `fileFailed` when the file cannot be written.
    func receive(_ response: ClientResponse) async throws -> ResponseBody {
        let handle = try Self.local("opened") {
            let descriptor = try POSIXCall.check(open(url.path, O_WRONLY | O_TRUNC | O_CLOEXEC))
            return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        }
        let total = response.headers[.contentLength].flatMap { Int64($0) }.flatMap { $0 < 0 ? nil : $0 }
        if case .channel(let stream) = response.body.storage, stream.channel.isWrittenByProducer {
            try await receive(stream.channel, into: handle, total: total)
            return .bytes(Data(), trailers: response.body.trailers)
        }
        var completed: Int64 = 0
        do {
            onProgress?(TransferProgress(completed: 0, total: total))
            for try await chunk in response.body {
                try Self.local("written") { try handle.write(contentsOf: chunk) }
                completed += Int64(chunk.count)
                onProgress?(TransferProgress(completed: completed, total: total))
            }
            try Self.local("written") { try handle.close() }
        } catch {
            // A stage further out may answer in its place.
            try? handle.truncate(atOffset: 0)
            throw error
        }
        return .bytes(Data(), trailers: response.body.trailers)
    }

    /// Waits while the producer writes the file.
    private func receive(_ channel: BodyChannel, into handle: FileHandle, total: Int64?) async throws {
        let sink = FileSink(handle) { Self.failed("written", $0) }
        do {
            onProgress?(TransferProgress(completed: 0, total: total))
            try channel.divert(to: sink)
            while try await channel.next() != nil {
                onProgress?(TransferProgress(completed: Int64(channel.written), total: total))
            }
            try sink.close()
        } catch {
            try? sink.close(emptying: true)
            throw error
        }
    }

    /// Moves the file to its place, over one that is there; without a place it stays where it is.
    func deliver(to destination: URL?) throws -> URL {
        guard let destination else { return url }
        return try Self.local("moved to its place") {
            try POSIXCall.check(rename(url.path, destination.path))
            return destination
        }
    }

    /// Nothing stays behind a download that failed.
    func discard() {
        try? FileManager.default.removeItem(at: url)
    }

    private static func local<Value>(
        _ what: String,
        reachedServer: ResilientError.ReachedServer = .yes,
        _ operation: () throws -> Value
    ) throws -> Value {
        do {
            return try operation()
        } catch {
            throw failed(what, error, reachedServer)
        }
    }

    private static func failed(
        _ what: String,
        _ error: any Error,
        _ reachedServer: ResilientError.ReachedServer = .yes
    ) -> ResilientError {
        ResilientError(
            .fileFailed,
            "the download's file could not be \(what): \(error.localizedDescription)",
            reachedServer: reachedServer,
            cause: error
        )
    }
}
