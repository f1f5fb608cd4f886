import Foundation

/// The file that says that a directory is a ``DiskCacheStore``'s own: before it is there, nothing in the directory is
/// touched.
enum DiskMarker {
    /// Why a directory is not used.
    struct Refused: LocalizedError {
        let reason: String
        var errorDescription: String? { reason }
    }

    static let name = "resilient-http-cache"
    private static let text = Data("A cache of ResilientHTTP. Everything in this directory may be deleted.\n".utf8)
    private static let patience: Duration = .seconds(5)

    /// Opens a directory that is the store's, or makes an empty one the store's.
    static func open(_ path: String) throws -> OpenDirectory {
        let directory: OpenDirectory
        do {
            directory = try OpenDirectory(path: path)
        } catch let error as POSIXError where error.code == .ELOOP || error.code == .ENOTDIR {
            throw Refused(reason: "it is a link or no directory; name the directory itself")
        }
        let facts = try FileFacts(directory.descriptor)
        guard facts.isOwn else {
            throw Refused(reason: "it belongs to another user, who could put responses into it; choose one of your own")
        }
        guard !facts.othersMayWrite else {
            throw Refused(reason: "other users may write to it; take that from them, as with chmod 700")
        }
        let isOurs = try OpenDirectory.alone(directory.descriptor, patience: patience) {
            if let marker = directory.facts(name) { return marker.isOwnFile }
            guard try directory.names().isEmpty else { return false }
            let file = try directory.makeFile(name)
            defer { close(file) }
            try POSIXCall.write(text, to: file)
            return true
        }
        guard let isOurs else { throw POSIXError(.EAGAIN) }
        guard isOurs else {
            throw Refused(
                reason: "it is not empty and has no file '\(name)' of this user's, so it is no cache; "
                    + "choose a directory that is empty or does not exist"
            )
        }
        return directory
    }
}
