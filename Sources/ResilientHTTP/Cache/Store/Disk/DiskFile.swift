import Foundation

/// What stands in a file of a ``DiskCacheStore``: a mark, a checksum over everything else, and the answer.
///
/// The checksum is keyed, so that only a process that knows the directory's key can have written the file.
struct DiskFile: Sendable {
    /// Not a file of this store, or not all of it.
    struct Corrupt: Error {}

    private static let mark = Data("RHCACHE1".utf8)
    /// The bytes before the answer.
    static let headLength = mark.count + 16

    private let coder: CacheEntryCoder
    private let key: CredentialScope.Key

    init(_ key: CredentialScope.Key, runtime: ClientRuntime) {
        self.key = key
        coder = CacheEntryCoder(runtime: runtime)
    }

    func encode(_ entry: CacheEntry) -> Data {
        let content = coder.encode(entry)
        return Self.mark + checksum(content) + content
    }

    func decode(_ data: Data) throws -> CacheEntry {
        let content = data.dropFirst(Self.headLength)
        guard data.count >= Self.headLength, data.prefix(Self.mark.count) == Self.mark,
            data.dropFirst(Self.mark.count).prefix(16) == checksum(content),
            let entry = try? coder.decode(content)
        else { throw Corrupt() }
        return entry
    }

    private func checksum(_ content: Data) -> Data {
        var hash = SipHash(key: key)
        hash.combine("file")
        hash.combine(content)
        let (first, second) = hash.finalize()
        var writer = ByteWriter()
        writer.write(first)
        writer.write(second)
        return writer.data
    }
}
