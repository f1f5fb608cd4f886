/// Where answers are kept: memory by default, a store on disk to survive a restart, or a store of the program's own.
///
/// A store that throws, hangs or brings back rubbish cannot hurt a call: it is waited for
/// ``CacheConfiguration/storeTimeout``, and the call goes on as if there were no cache; a counter says so.
/// What it brings back is checked against the key that was asked for. Writes and removals come in order for each URL.
///
/// ``MemoryCacheStore`` and ``DiskCacheStore`` are stores; for others ``CacheEntryCoder`` turns answers into bytes.
public protocol CacheStore: Sendable {
    /// With what the credential scope in keys is hashed, for a store that several processes use or that outlives one.
    /// Nil, the default: a key of the process's own, so that nothing of an earlier process is found again.
    var scopeKey: CredentialScope.Key? { get }
    /// All answers under a key, the newest first.
    func entries(for key: CacheKey) async throws -> [CacheEntry]
    /// Keeps an answer in the place of the one with the same key and equal selectors.
    func put(_ entry: CacheEntry) async throws
    /// Forgets answers and says how many there were.
    @discardableResult
    func remove(_ selection: CacheSelection) async throws -> Int
    /// How much is kept.
    func usage() async throws -> CacheUsage
    /// What the store itself has done so far, as far as it knows at once. Default: nothing.
    var counts: CacheStoreCounts { get }
}

extension CacheStore {
    /// A key of the process's own.
    public var scopeKey: CredentialScope.Key? { nil }
    /// Nothing is known.
    public var counts: CacheStoreCounts { CacheStoreCounts() }
}

/// How much a store keeps.
public struct CacheUsage: Sendable, Hashable, Codable {
    /// The answers.
    public var entries: Int
    /// Their bytes, bookkeeping included as far as the store counts it.
    public var bytes: Int

    /// Makes a usage.
    public init(entries: Int, bytes: Int) {
        (self.entries, self.bytes) = (entries, bytes)
    }
}
