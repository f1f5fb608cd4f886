import Foundation

/// Where on disk an answer is: a name that says nothing to whoever does not know the directory's key.
struct DiskName: Sendable, Hashable {
    /// The directory below the store's own: two digits.
    let folder: String
    /// The file in it: 16 digits for the URL, 16 for the rest of the key, a dash and 32 for the selectors.
    let file: String

    /// What the names of all answers of a URL begin with.
    static func prefix(url: String, _ key: CredentialScope.Key) -> DiskName {
        DiskName(start: String(RequestID(high: hash(url: url, key), low: 0).description.prefix(16)))
    }

    /// What the names of all answers of a key begin with.
    static func prefix(_ cacheKey: CacheKey, _ key: CredentialScope.Key) -> DiskName {
        var hash = SipHash(key: key)
        hash.combine("key")
        hash.combine(cacheKey.scope.high)
        hash.combine(cacheKey.scope.low)
        hash.combine(cacheKey.method.rawValue)
        hash.combine(cacheKey.url)
        hash.combine(cacheKey.body == nil ? 0 : 1 as UInt64)
        if let body = cacheKey.body { hash.combine(body) }
        let id = RequestID(high: Self.hash(url: cacheKey.url, key), low: hash.finalize().first)
        return DiskName(start: "\(id)-")
    }

    init(of entry: CacheEntry, _ key: CredentialScope.Key) {
        var hash = SipHash(key: key)
        hash.combine("selectors")
        for selector in entry.selectors {
            hash.combine(selector.name.canonicalName)
            hash.combine(selector.value == nil ? 0 : 1 as UInt64)
            if let value = selector.value { hash.combine(value) }
        }
        let (high, low) = hash.finalize()
        self.init(start: Self.prefix(entry.key, key).file + RequestID(high: high, low: low).description)
    }

    /// A file that was found; nil when the name is not one of this store's.
    init?(folder: String, file: String) {
        let parts = file.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 32 && $0.allSatisfy(Grammar.isHexDigit) }),
            file.hasPrefix(folder)
        else { return nil }
        (self.folder, self.file) = (folder, file)
    }

    private init(start: String) {
        (folder, file) = (String(start.prefix(2)), start)
    }

    /// The file below the store's directory.
    var path: String { "\(folder)/\(file)" }

    private static func hash(url: String, _ key: CredentialScope.Key) -> UInt64 {
        var hash = SipHash(key: key)
        hash.combine("url")
        hash.combine(url)
        return hash.finalize().first
    }
}
