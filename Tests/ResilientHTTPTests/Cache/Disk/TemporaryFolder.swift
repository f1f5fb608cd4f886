import Foundation

/// A directory that goes when the last reference to it does.
final class TemporaryFolder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "cache-\(UUID().uuidString)")

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// All files in it, by their paths below it, without the store's marker, key and lock.
    func files() -> [String] {
        let all = FileManager.default.enumerator(atPath: url.path)?.allObjects as? [String] ?? []
        return all.filter { path in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: url.appending(path: path).path, isDirectory: &isFolder)
            return exists && !isFolder.boolValue && !["key", "lock", "resilient-http-cache"].contains(path)
        }
    }

    /// What the files take, in whole blocks.
    func bytes() -> Int {
        files().reduce(0) { sum, path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: url.appending(path: path).path)
            return sum + ((attributes?[.size] as? Int ?? 0) + 4095) / 4096 * 4096
        }
    }
}
