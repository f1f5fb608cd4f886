import Foundation

/// A directory that was opened once: whoever renames it or puts another in its place later is not followed.
///
/// No name is followed through a link.
final class OpenDirectory: Sendable {
    let descriptor: CInt

    private init(taking descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Opens the directory at a path, whose last part is no link.
    convenience init(path: String) throws {
        self.init(taking: try POSIXCall.check(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)))
    }

    /// The directory of a name in this one; nil when there is none.
    func directory(_ name: String) throws -> OpenDirectory? {
        let inner = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        if inner < 0, errno == ENOENT { return nil }
        return OpenDirectory(taking: try POSIXCall.check(inner))
    }

    /// Makes a directory for its owner alone, unless there is something of that name.
    func makeDirectory(_ name: String) throws {
        if mkdirat(descriptor, name, 0o700) != 0, errno != EEXIST { try POSIXCall.check(-1 as CInt) }
    }

    /// Opens a file to be read; nil when there is none. It does not wait for what is no file.
    func openToRead(_ name: String) throws -> CInt? {
        let file = openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if file < 0, errno == ENOENT { return nil }
        return try POSIXCall.check(file)
    }

    /// Makes a file for its owner alone, and opens it to be written. Throws `EEXIST` when there is anything of that
    /// name.
    func makeFile(_ name: String) throws -> CInt {
        try POSIXCall.check(openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600))
    }

    /// Opens a file that is only locked, and makes it if it is not there.
    func openToLock(_ name: String) throws -> CInt {
        try POSIXCall.check(openat(descriptor, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600))
    }

    /// Puts a file under another name, over the file that is there.
    func rename(_ name: String, to other: OpenDirectory, _ newName: String) throws {
        try POSIXCall.check(renameat(descriptor, name, other.descriptor, newName))
    }

    /// Takes a file or a link away; false when there was none.
    func remove(_ name: String) throws -> Bool {
        if unlinkat(descriptor, name, 0) == 0 { return true }
        if errno == ENOENT { return false }
        return try POSIXCall.check(-1 as CInt) == 0
    }

    /// Takes an empty directory away.
    func removeEmptyDirectory(_ name: String) throws {
        try POSIXCall.check(unlinkat(descriptor, name, AT_REMOVEDIR))
    }

    /// What stands under a name; nil for nothing.
    func facts(_ name: String) -> FileFacts? {
        FileFacts(name, in: descriptor)
    }

    /// The names in the directory.
    func names() throws -> [String] {
        // A descriptor of its own, which closedir closes, and which reads from the beginning.
        let own = try POSIXCall.check(openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard let directory = fdopendir(own) else {
            close(own)
            throw POSIXError(.EIO)
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

    /// Does something while nobody else does who asks for the same lock; nil when somebody has it for longer than the
    /// patience. Closing a file gives the lock back, and so does the end of the process.
    static func alone<Value>(_ file: CInt, patience: Duration, _ body: () throws -> Value) throws -> Value? {
        var tries = max(1, patience.saturatedNanoseconds / 1_000_000)
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            if errno != EWOULDBLOCK, errno != EINTR { try POSIXCall.check(-1 as CInt) }
            tries -= 1
            guard tries > 0 else { return nil }
            usleep(1000)
        }
        defer { flock(file, LOCK_UN) }
        return try body()
    }
}
