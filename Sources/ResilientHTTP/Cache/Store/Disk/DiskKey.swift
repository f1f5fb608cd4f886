import Foundation

/// The secret of a store's directory: what scopes and names are hashed with, and files are checked with.
enum DiskKey {
    private static let file = "key"
    private static let begin = Data("RHKEY1\n\0".utf8)
    /// How long another process is waited for that makes the key at the same time.
    private static let patience: Duration = .seconds(2)

    /// The key of a directory, made up if it has none. Two processes at once get the same one.
    static func load(_ folder: DiskFolder) throws -> CredentialScope.Key {
        if let key = try read(folder) { return key }
        let key = try folder.alone(patience: patience) {
            // Another process may have made it meanwhile.
            if let key = try read(folder) { return key }
            // Not the client's own chance, which can be seeded: this is a secret.
            var random = SystemRandomNumberGenerator()
            let key = CredentialScope.Key(high: random.next(), low: random.next())
            var writer = ByteWriter()
            writer.write(key.high)
            writer.write(key.low)
            _ = try? folder.remove(file)
            try folder.write(file, begin + writer.data, usedAt: Date())
            return key
        }
        guard let key else { throw POSIXError(.EAGAIN) }
        return key
    }

    /// Nil when there is none, or none that is whole.
    private static func read(_ folder: DiskFolder) throws -> CredentialScope.Key? {
        let data: Data?
        do {
            data = try folder.read(file, limit: 1024)?.data
        } catch is DiskFolder.NotAFile {
            return nil
        }
        guard let data, data.prefix(begin.count) == begin else { return nil }
        return data.dropFirst(begin.count).withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            guard let high = try? reader.number(UInt64.self), let low = try? reader.number(UInt64.self), reader.isAtEnd
            else { return nil }
            return CredentialScope.Key(high: high, low: low)
        }
    }
}
