import Foundation
import Synchronization

/// The work of a ``DiskCacheStore``, which blocks.
final class DiskShelf: Sendable {
    private struct State {
        var counts = CacheStoreCounts()
        /// How much there was at the last look, with what this process has done since.
        var usage = CacheUsage(entries: 0, bytes: 0)
        /// How many bytes this process has written since then; nil before the first look.
        var written: Int?
    }

    /// How old the note of a file's use may become.
    private static let touchInterval: TimeInterval = 60
    /// How long another process is waited for that makes room at the same time.
    private static let patience: Duration = .milliseconds(50)
    /// What a file takes is a whole number of these.
    private static let blockSize = 4096
    private static let folders = (0..<256).map { String(RequestID(high: 0, low: UInt64($0)).description.suffix(2)) }

    private let folder: DiskFolder
    private let key: CredentialScope.Key
    private let file: DiskFile
    private let maxBytes: Int
    private let maxFileBytes: Int
    private let runtime: ClientRuntime
    private let state = Mutex(State())

    init(_ folder: DiskFolder, key: CredentialScope.Key, maxBytes: Int, maxEntryBytes: Int, runtime: ClientRuntime) {
        self.folder = folder
        self.key = key
        self.maxBytes = maxBytes
        maxFileBytes = min(maxEntryBytes, maxBytes / 16 / Self.blockSize * Self.blockSize)
        self.runtime = runtime
        file = DiskFile(key, runtime: runtime)
    }

    var counts: CacheStoreCounts {
        state.withLock { state in
            var counts = state.counts
            counts.usage = state.usage
            return counts
        }
    }

    func count(_ change: (inout CacheStoreCounts) -> Void) {
        state.withLock { change(&$0.counts) }
    }

    /// The answers under a key, the newest first. What cannot be read is none.
    func entries(for cacheKey: CacheKey) -> [CacheEntry] {
        do {
            return try names(DiskName.prefix(cacheKey, key)).prefix(CacheShelves.variantLimit)
                .compactMap { name in read(name).flatMap { $0.key == cacheKey ? $0 : nil } }
                .sorted { $0.receivedAt > $1.receivedAt }
        } catch {
            count { $0.failures += 1 }
            return []
        }
    }

    /// Keeps an answer. One that is too large, or that cannot be written, is counted, and the older one of its kind
    /// does not stay.
    func put(_ entry: CacheEntry) {
        let name = DiskName(of: entry, key)
        let data = file.encode(entry)
        do {
            guard data.count <= maxFileBytes else {
                count { $0.dropped += 1 }
                try remove(name)
                return
            }
            try dropVariants(besides: name, entry.key)
            guard try reserve(data.count) else {
                count { $0.dropped += 1 }
                try remove(name)
                return
            }
            let old = folder.look(at: name.path)
            try folder.write(name.path, data, usedAt: runtime.date)
            state.withLock { state in
                state.usage.entries += old == nil ? 1 : 0
                state.usage.bytes += Self.size(data.count) - (old.map { Self.size($0.bytes) } ?? 0)
            }
        } catch {
            count { $0.failures += 1 }
            _ = try? remove(name)
        }
    }

    /// Forgets answers and says how many there were. Throws when one could not be taken away, after all others have.
    func remove(_ selection: CacheSelection) throws -> Int {
        let candidates: [DiskName]
        // A name says all there is to say about key and URL; for the rest the file has to be read.
        var isNameEnough = true
        switch selection.criterion {
        case .all: candidates = try allNames()
        case .key(let cacheKey): candidates = try names(DiskName.prefix(cacheKey, key))
        case .url(let url): candidates = try names(DiskName.prefix(url: url, key))
        case .prefix, .endpoint, .tag, .scope:
            candidates = try allNames()
            isNameEnough = false
        }
        var removed = 0
        var problem: (any Error)?
        for name in candidates {
            guard isNameEnough || read(name, isUse: false).map(selection.contains) ?? false else { continue }
            do {
                if try remove(name) { removed += 1 }
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
        return removed
    }

    /// How much there is, whoever wrote it.
    func usage() throws -> CacheUsage {
        let files = try allNames().compactMap { folder.look(at: $0.path)?.bytes }
        return CacheUsage(entries: files.count, bytes: files.reduce(0) { $0 + Self.size($1) })
    }

    /// Looks at all there is and takes away what is too much and what dead writers have left. False when another
    /// process is at it.
    func makeRoom() throws -> Bool {
        let isDone: Void? = try folder.alone(patience: Self.patience) {
            let temporary = try folder.sweepTemporaries()
            var files = try allNames().compactMap { name in folder.look(at: name.path).map { (name, $0) } }
            var bytes = files.reduce(temporary) { $0 + Self.size($1.1.bytes) }
            var evicted = 0
            if bytes > maxBytes / 4 * 3 {
                // Below the bound, so that not every write has to look at everything again.
                files.sort { $0.1.usedAt < $1.1.usedAt }
                for (name, found) in files {
                    if bytes <= maxBytes / 8 * 5 { break }
                    guard try folder.remove(name.path) else { continue }
                    bytes -= Self.size(found.bytes)
                    evicted += 1
                }
            }
            state.withLock { state in
                state.counts.evictions += evicted
                state.usage = CacheUsage(entries: files.count - evicted, bytes: bytes)
                state.written = 0
            }
        }
        return isDone != nil
    }
}

extension DiskShelf {
    /// Makes sure that this process may write so many bytes more. False when there is no saying how much there is.
    private func reserve(_ bytes: Int) throws -> Bool {
        let size = Self.size(bytes)
        // Three quarters, and a sixteenth for each of four processes that do not know of each other.
        let needsLook = state.withLock { $0.written.map { $0 + size > maxBytes / 16 } ?? true }
        if needsLook, try !makeRoom() { return false }
        state.withLock { $0.written = ($0.written ?? 0) + size }
        return true
    }

    /// Among the others of a key, the one that was unused for longest goes when there are too many.
    private func dropVariants(besides name: DiskName, _ cacheKey: CacheKey) throws {
        let others = try names(DiskName.prefix(cacheKey, key)).filter { $0 != name }
        guard others.count >= CacheShelves.variantLimit else { return }
        let dated = others.compactMap { other in folder.look(at: other.path).map { (other, $0.usedAt) } }
        guard let oldest = dated.min(by: { $0.1 < $1.1 })?.0, try remove(oldest) else { return }
        count { $0.evictions += 1 }
    }

    /// The answer in a file. What can never be read is taken away.
    private func read(_ name: DiskName, isUse: Bool = true) -> CacheEntry? {
        do {
            guard let found = try folder.read(name.path, limit: maxFileBytes) else { return nil }
            let entry = try file.decode(found.data)
            guard entry.discardAt > runtime.now else {
                count { $0.expirations += 1 }
                _ = try? remove(name)
                return nil
            }
            let date = runtime.date
            if isUse, date.timeIntervalSince(found.usedAt).magnitude > Self.touchInterval {
                try? folder.touch(name.path, usedAt: date)
            }
            return entry
        } catch is DiskFile.Corrupt {
            count { $0.corrupted += 1 }
        } catch is DiskFolder.NotAFile {
            count { $0.corrupted += 1 }
        } catch {
            count { $0.failures += 1 }
            // Not for what passes, such as too many open files.
            let codes: [POSIXErrorCode] = [.EACCES, .EPERM, .EISDIR, .ELOOP, .EIO]
            guard let code = (error as? POSIXError)?.code, codes.contains(code) else { return nil }
        }
        _ = try? remove(name)
        return nil
    }

    @discardableResult
    private func remove(_ name: DiskName) throws -> Bool {
        let old = folder.look(at: name.path)
        guard try folder.remove(name.path) else { return false }
        state.withLock { state in
            state.usage.entries = max(0, state.usage.entries - 1)
            state.usage.bytes = max(0, state.usage.bytes - Self.size(old?.bytes ?? 0))
        }
        return true
    }

    private func names(_ prefix: DiskName) throws -> [DiskName] {
        try folder.names(in: prefix.folder).filter { $0.hasPrefix(prefix.file) }
            .compactMap { DiskName(folder: prefix.folder, file: $0) }
    }

    private func allNames() throws -> [DiskName] {
        try Self.folders.flatMap { name in
            try folder.names(in: name).compactMap { DiskName(folder: name, file: $0) }
        }
    }

    private static func size(_ bytes: Int) -> Int {
        (bytes + blockSize - 1) / blockSize * blockSize
    }
}
