public import Foundation

/// Answers on disk: they survive the end of the process, however it comes, and several processes may share them.
///
/// ```swift
/// var dependencies = Dependencies()
/// dependencies.cacheStore = try DiskCacheStore(directory: cachesDirectory.appending(path: "api"))
/// ```
///
/// Each answer is a file with a checksum, which is written under another name and then renamed: a reader finds all of
/// it or none. A file that is corrupt, cut off or somebody else's is no answer, is deleted and counted. A full disk or
/// a missing permission is counted, too, and never an error of a call. When there is too much, what was unused for
/// longest goes; how much there is, is looked at now and then, so that processes need not tell each other.
///
/// The files hold URLs, header fields and bodies as they are, readable by the owner's processes alone (0600, in a
/// directory of 0700). Credentials are only in them as hashes, under a key that is in the directory, too.
///
/// The directory must belong to the process's user, who alone may write to it, and be empty or a cache already: then
/// it has a file `resilient-http-cache`. Links are not followed, files of other users are not read, and only files that
/// the store has made are deleted.
///
/// The work is done on two threads of the store's own, and so much of it can wait and no more. A simulation does not
/// see them.
///
/// Processes that share a directory should have the same bounds. A network file system must have working renames and
/// `flock`.
public final class DiskCacheStore: CacheStore {
    /// The directory's own key: scopes are the same for all processes that use it.
    public let scopeKey: CredentialScope.Key?
    private let shelf: DiskShelf
    // Two, so that what is looked for need not wait for a clearing.
    private let reading = DiskQueue("reading")
    private let writing = DiskQueue("writing")

    /// The least of the bounds: 64 KiB.
    public static let leastBytes = 65_536

    /// Opens a directory, and makes it if it is not there.
    ///
    /// Throws `ResilientError` with code `configuration` for bounds that are none, and `file_failed` when the
    /// directory cannot be made, read or written, is a link, belongs to another user, may be written to by others, or
    /// holds something and is no cache.
    ///
    /// - Parameters:
    ///   - directory: A directory that is the store's alone: it is made, or it is empty, or it is a cache already.
    ///   - maxBytes: The most bytes on disk, each file taken as a whole number of blocks of 4096; at least
    ///     ``leastBytes``. With up to four processes writing at once it is never more, with each further one a
    ///     sixteenth. Default: 256 MiB.
    ///   - maxEntryBytes: The most bytes of one answer, and never more than a sixteenth of `maxBytes`. Default: 1 MiB.
    ///   - runtime: Time.
    public init(
        directory: URL,
        maxBytes: Int = 256 << 20,
        maxEntryBytes: Int = 1 << 20,
        runtime: ClientRuntime = .system
    ) throws {
        var problems: [ConfigurationProblem] = []
        if !directory.isFileURL {
            problems.append(ConfigurationProblem(path: "directory", message: "must be a file URL"))
        }
        if maxBytes < Self.leastBytes {
            problems.append(ConfigurationProblem(path: "max_bytes", message: "must be at least \(Self.leastBytes)"))
        }
        if maxEntryBytes < 1 {
            problems.append(ConfigurationProblem(path: "max_entry_bytes", message: "must be at least 1"))
        }
        guard problems.isEmpty else { throw ResilientError.configuration(problems) }
        do {
            let folder = try DiskFolder(directory.path)
            let key = try DiskKey.load(folder)
            scopeKey = key
            shelf = DiskShelf(folder, key: key, maxBytes: maxBytes, maxEntryBytes: maxEntryBytes, runtime: runtime)
        } catch {
            throw ResilientError(
                .fileFailed,
                "the cache's directory \(directory.path) cannot be used: \(error.localizedDescription)",
                cause: error
            )
        }
        // What dead writers have left, and what is too much since the bounds were larger.
        writing.start { [shelf] in
            do { _ = try shelf.makeRoom() } catch { shelf.count { $0.failures += 1 } }
        }
    }

    /// What the store has done so far, and how much there was when it looked last.
    public var counts: CacheStoreCounts { shelf.counts }

    /// All answers under a key, the newest first; none of what cannot be read.
    public func entries(for key: CacheKey) async throws -> [CacheEntry] {
        if let entries = try await reading.run({ [shelf] in shelf.entries(for: key) }) { return entries }
        shelf.count { $0.dropped += 1 }
        return []
    }

    /// Keeps an answer in the place of the one with the same key and equal selectors. One that cannot be written is
    /// counted, and no error.
    public func put(_ entry: CacheEntry) async throws {
        if try await writing.run({ [shelf] in shelf.put(entry) }) == nil { shelf.count { $0.dropped += 1 } }
    }

    /// Forgets answers and says how many there were. Throws `file_failed` when a file could not be deleted, after all
    /// others were.
    @discardableResult
    public func remove(_ selection: CacheSelection) async throws -> Int {
        try await orFail { try await writing.run { [shelf] in try shelf.remove(selection) } }
    }

    /// How much there is, counted anew.
    public func usage() async throws -> CacheUsage {
        try await orFail { try await writing.run { [shelf] in try shelf.usage() } }
    }

    private func orFail<Value>(_ work: () async throws -> Value?) async throws -> Value {
        let cause: any Error
        do {
            if let value = try await work() { return value }
            cause = POSIXError(.EAGAIN)
        } catch {
            cause = error
        }
        shelf.count { $0.failures += 1 }
        throw ResilientError(.fileFailed, "the cache's files: \(cause.localizedDescription)", cause: cause)
    }
}
