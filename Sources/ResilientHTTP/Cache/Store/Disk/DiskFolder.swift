import Foundation

/// The directory of a ``DiskCacheStore``: files that are there as a whole or not at all, whoever dies when.
///
/// A file is written under another name and then renamed, so that the end of a process at any moment leaves the old
/// one or the new one. Nothing is forced onto the disk: after a power cut a file may be torn, which its checksum shows.
///
/// The directory is opened once, and everything is done relative to it: no link is followed, only files of this
/// process's user are read, and nothing is deleted but files that bear a name of the store's.
struct DiskFolder: Sendable {
    /// A file as it was found.
    struct Found {
        let data: Data
        /// When it was used last, as far as it was noted.
        let usedAt: Date
    }

    /// A name that stands for no file of the store's own, such as a link, a directory or somebody else's file.
    struct NotAFile: Error {}

    private static let temporaryName = "temporary"
    /// After this time a file that nobody has finished is nobody's, whatever process has its writer's number now.
    private static let temporaryAge: TimeInterval = 60

    private let directory: OpenDirectory
    private let temporary: OpenDirectory

    /// Makes the directory if it is not there, for its owner alone.
    init(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        directory = try DiskMarker.open(path)
        temporary = try Self.ownDirectory(Self.temporaryName, in: directory)
    }

    /// A directory of the store's in another one.
    private static func ownDirectory(_ name: String, in directory: OpenDirectory) throws -> OpenDirectory {
        try directory.makeDirectory(name)
        guard let inner = try existingDirectory(name, in: directory) else { throw POSIXError(.ENOENT) }
        return inner
    }

    private static func existingDirectory(_ name: String, in directory: OpenDirectory) throws -> OpenDirectory? {
        guard let inner = try directory.directory(name) else { return nil }
        let facts = try FileFacts(inner.descriptor)
        guard facts.isOwn, !facts.othersMayWrite else { throw NotAFile() }
        return inner
    }

    /// A file's place: `ab/…` is in a directory below the store's own.
    private func place(_ path: String) throws -> (directory: OpenDirectory, name: String)? {
        guard let slash = path.firstIndex(of: "/") else { return (directory, path) }
        return try Self.existingDirectory(String(path[..<slash]), in: directory)
            .map { ($0, String(path[path.index(after: slash)...])) }
    }

    /// A file's bytes; nil when there is none.
    func read(_ path: String, limit: Int) throws -> Found? {
        guard let place = try place(path), let file = try place.directory.openToRead(place.name) else { return nil }
        defer { close(file) }
        let facts = try FileFacts(file)
        guard facts.isOwnFile, facts.bytes <= limit else { throw NotAFile() }
        return Found(data: try POSIXCall.read(facts.bytes, from: file), usedAt: facts.modified)
    }

    /// Puts a file in the place of the one of that name, for its owner alone.
    func write(_ path: String, _ data: Data, usedAt date: Date) throws {
        let unfinished = "\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let file = try temporary.makeFile(unfinished)
        do {
            defer { close(file) }
            try POSIXCall.write(data, to: file)
            try note(date, on: file)
            if let slash = path.firstIndex(of: "/") {
                let inner = try Self.ownDirectory(String(path[..<slash]), in: directory)
                try temporary.rename(unfinished, to: inner, String(path[path.index(after: slash)...]))
            } else {
                try temporary.rename(unfinished, to: directory, path)
            }
        } catch {
            _ = try? temporary.remove(unfinished)
            throw error
        }
    }

    /// Notes that a file is used now.
    func touch(_ path: String, usedAt date: Date) throws {
        guard let place = try place(path), let file = try place.directory.openToRead(place.name) else { return }
        defer { close(file) }
        guard try FileFacts(file).isOwnFile else { throw NotAFile() }
        try note(date, on: file)
    }

    /// Takes a file away; false when there was none. An empty directory in its place goes, too, but one that holds
    /// something is nobody's to delete.
    func remove(_ path: String) throws -> Bool {
        guard let place = try place(path) else { return false }
        if place.directory.facts(place.name)?.isDirectory == true {
            try place.directory.removeEmptyDirectory(place.name)
            return true
        }
        return try place.directory.remove(place.name)
    }

    /// The names in a directory below the store's own; none when it is not there.
    func names(in name: String) throws -> [String] {
        try Self.existingDirectory(name, in: directory)?.names() ?? []
    }

    /// The size of a file and when it was used last; nil when there is none.
    func look(at path: String) -> (bytes: Int, usedAt: Date)? {
        (try? place(path)).flatMap { $0 }.flatMap { $0.directory.facts($0.name) }.map { ($0.bytes, $0.modified) }
    }

    /// Takes away what writers that are dead have left, and returns the bytes of what others are writing now.
    func sweepTemporaries() throws -> Int {
        var bytes = 0
        for name in try temporary.names() {
            // Nothing but what a writer has made: a number of a process and one by chance.
            let numbers = name.split(separator: "-", omittingEmptySubsequences: false)
            guard numbers.count == 2, let writer = pid_t(numbers[0]), writer > 0, UInt64(numbers[1]) != nil,
                let facts = temporary.facts(name), facts.isOwnFile
            else { continue }
            let isDead = kill(writer, 0) != 0 && errno == ESRCH
            // By the system's clock, which dates a change as no program can.
            let age = Date().timeIntervalSince(facts.changed)
            if isDead || age > Self.temporaryAge, try temporary.remove(name) { continue }
            bytes += facts.bytes
        }
        return bytes
    }

    /// Does something that one process at a time may do; nil when another one does it for longer than the patience.
    func alone<Value>(patience: Duration, _ body: () throws -> Value) throws -> Value? {
        let lock = try directory.openToLock("lock")
        defer { close(lock) }
        guard try FileFacts(lock).isOwnFile else { throw NotAFile() }
        return try OpenDirectory.alone(lock, patience: patience, body)
    }

    private func note(_ date: Date, on file: CInt) throws {
        let seconds = min(max(date.timeIntervalSince1970, 0), 9e9)
        let time = timespec(tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
        try POSIXCall.check(futimens(file, [time, time]))
    }
}
