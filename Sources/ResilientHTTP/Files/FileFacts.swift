import Foundation

/// What the system says about a file.
struct FileFacts {
    private let info: stat

    /// The facts of an open file.
    init(_ descriptor: CInt) throws {
        var info = stat()
        try POSIXCall.check(fstat(descriptor, &info))
        self.info = info
    }

    /// The facts of a name in a directory, of a link those of the link itself; nil when there is none.
    init?(_ name: String, in directory: CInt) {
        var info = stat()
        guard fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        self.info = info
    }

    var bytes: Int { Int(info.st_size) }

    var isDirectory: Bool { info.st_mode & S_IFMT == S_IFDIR }

    /// Whether it is an ordinary file of this process's user under no other name, which nobody else may change.
    var isOwnFile: Bool { info.st_mode & S_IFMT == S_IFREG && info.st_nlink == 1 && isOwn && !othersMayWrite }

    /// Whether this process's user owns it.
    var isOwn: Bool { info.st_uid == geteuid() }

    /// Whether anybody but the owner may change it.
    var othersMayWrite: Bool { info.st_mode & (S_IWGRP | S_IWOTH) != 0 }

    /// Whether both are the same file, whatever they are called.
    func isSameFile(as other: FileFacts) -> Bool {
        info.st_dev == other.info.st_dev && info.st_ino == other.info.st_ino
    }

    /// When the content was changed last.
    var modified: Date {
        #if canImport(Darwin)
        Date(info.st_mtimespec)
        #else
        Date(info.st_mtim)
        #endif
    }

    /// When anything was changed last, which no program can choose.
    var changed: Date {
        #if canImport(Darwin)
        Date(info.st_ctimespec)
        #else
        Date(info.st_ctim)
        #endif
    }
}

extension Date {
    fileprivate init(_ time: timespec) {
        self.init(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }
}
