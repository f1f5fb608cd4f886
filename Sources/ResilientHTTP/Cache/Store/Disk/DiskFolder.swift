import Foundation

/// The directory of a ``DiskCacheStore``: files that are there as a whole or not at all, whoever dies when.
///
/// A file is written under another name and then renamed, so that the end of a process at any moment leaves the old
/// one or the new one. Nothing is forced onto the disk: after a power cut a file may be torn, which its checksum shows.
struct DiskFolder: Sendable {
    /// A file as it was found.
    struct Found {
        let data: Data
        /// When it was used last, as far as it was noted.
        let usedAt: Date
    }

    /// A name that stands for no file of the store's own, such as a link or a directory.
    struct NotAFile: Error {}

    private static let temporary = "temporary"
    /// After this time a file that nobody has finished is nobody's, whatever process has its writer's number now.
    private static let temporaryAge: TimeInterval = 60

    let path: String

    /// Makes the directory if it is not there, for its owner alone.
    init(_ path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        try makeFolder(Self.temporary)
    }

    /// A file's bytes; nil when there is none.
    func read(_ name: String, limit: Int) throws -> Found? {
        let descriptor = open(full(name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if descriptor < 0, errno == ENOENT { return nil }
        try POSIXCall.check(descriptor)
        defer { close(descriptor) }
        var info = stat()
        try POSIXCall.check(fstat(descriptor, &info))
        guard info.st_mode & S_IFMT == S_IFREG, Int(info.st_size) <= limit else { throw NotAFile() }
        var data = Data(count: Int(info.st_size))
        var done = 0
        while done < data.count {
            let count = try data.withUnsafeMutableBytes { bytes in
                try POSIXCall.check(
                    Foundation.read(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                )
            }
            if count == 0 { break }
            done += count
        }
        return Found(data: data.prefix(done), usedAt: info.modified)
    }

    /// Puts a file in the place of the one of that name, for its owner alone.
    func write(_ name: String, _ data: Data, usedAt date: Date) throws {
        let temporary = "\(Self.temporary)/\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let descriptor = try POSIXCall.check(
            open(full(temporary), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        )
        do {
            defer { close(descriptor) }
            var done = 0
            while done < data.count {
                done += try data.withUnsafeBytes { bytes in
                    try POSIXCall.check(
                        Foundation.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                    )
                }
            }
            try note(date, on: descriptor)
        } catch {
            unlink(full(temporary))
            throw error
        }
        do {
            if rename(full(temporary), full(name)) == 0 { return }
            guard errno == ENOENT, let slash = name.firstIndex(of: "/") else {
                throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
            }
            try makeFolder(String(name[..<slash]))
            try POSIXCall.check(rename(full(temporary), full(name)))
        } catch {
            unlink(full(temporary))
            throw error
        }
    }

    /// Notes that a file is used now.
    func touch(_ name: String, usedAt date: Date) throws {
        let descriptor = try POSIXCall.check(open(full(name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
        defer { close(descriptor) }
        try note(date, on: descriptor)
    }

    /// Takes a file away; false when there was none.
    func remove(_ name: String) throws -> Bool {
        if unlink(full(name)) == 0 { return true }
        if errno == ENOENT { return false }
        // Whatever stands there in the place of a file, even a directory.
        try FileManager.default.removeItem(atPath: full(name))
        return true
    }

    /// The names in a folder; none when it is not there.
    func names(in folder: String) throws -> [String] {
        guard let directory = opendir(full(folder)) else {
            guard errno == ENOENT else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            return []
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The size of a file and when it was used last; nil when there is none.
    func look(at name: String) -> (bytes: Int, usedAt: Date)? {
        info(of: name).map { (Int($0.st_size), $0.modified) }
    }

    /// Takes away what writers that are dead have left, and returns the bytes of what others are writing now.
    func sweepTemporaries() throws -> Int {
        var bytes = 0
        for file in try names(in: Self.temporary) {
            let name = "\(Self.temporary)/\(file)"
            guard let info = info(of: name) else { continue }
            let writer = file.split(separator: "-").first.flatMap { pid_t($0) }
            let isDead = writer.map { $0 <= 0 || kill($0, 0) != 0 && errno == ESRCH } ?? true
            // By the system's clock, which dates a change as no program can.
            let age = Date().timeIntervalSince(info.changed)
            if isDead || age > Self.temporaryAge, try remove(name) { continue }
            bytes += Int(info.st_size)
        }
        return bytes
    }

    /// Does something that one process at a time may do; nil when another one does it for longer than the patience.
    func alone<Value>(patience: Duration, _ body: () throws -> Value) throws -> Value? {
        let descriptor = try POSIXCall.check(open(full("lock"), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600))
        // Closing gives the lock back, and so does the end of the process.
        defer { close(descriptor) }
        var tries = max(1, patience.saturatedNanoseconds / 1_000_000)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno != EWOULDBLOCK, errno != EINTR { try POSIXCall.check(-1 as CInt) }
            tries -= 1
            guard tries > 0 else { return nil }
            usleep(1000)
        }
        return try body()
    }

    private func info(of name: String) -> stat? {
        var info = stat()
        return lstat(full(name), &info) == 0 ? info : nil
    }

    private func makeFolder(_ name: String) throws {
        if mkdir(full(name), 0o700) != 0, errno != EEXIST { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    private func note(_ date: Date, on descriptor: CInt) throws {
        let seconds = min(max(date.timeIntervalSince1970, 0), 9e9)
        let time = timespec(tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
        try POSIXCall.check(futimens(descriptor, [time, time]))
    }

    private func full(_ name: String) -> String { "\(path)/\(name)" }
}

extension stat {
    /// When the content was changed last; here, when the answer in it was used last.
    fileprivate var modified: Date {
        #if canImport(Darwin)
        Date(st_mtimespec)
        #else
        Date(st_mtim)
        #endif
    }

    /// When anything was changed last.
    fileprivate var changed: Date {
        #if canImport(Darwin)
        Date(st_ctimespec)
        #else
        Date(st_ctim)
        #endif
    }
}

extension Date {
    fileprivate init(_ time: timespec) {
        self.init(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }
}
