import Synchronization

/// Answers in memory: the one that was unused for longest goes when there are too many, or too many bytes of them.
///
/// What has ended goes before anything that has not. A hit takes one short lock and copies nothing. Finding, keeping
/// and forgetting cost the same with one entry and with a hundred thousand.
public final class MemoryCacheStore: CacheStore {
    private let runtime: ClientRuntime
    private let shelves: Mutex<CacheShelves>
    /// How many places a clearing looks at before it lets others in.
    private static let strideOfClearing = 512

    /// Makes an empty store, for programs that share one between clients; a client makes its own otherwise.
    ///
    /// The clients must have the same clock. The store's own bounds count, not theirs.
    ///
    /// Throws one configuration error that lists every problem of the configuration with its path.
    ///
    /// - Parameters:
    ///   - configuration: The bounds: ``CacheConfiguration/maxEntries``, ``CacheConfiguration/maxBytes`` and
    ///     ``CacheConfiguration/maxEntryBytes``.
    ///   - runtime: Time.
    public init(
        _ configuration: CacheConfiguration = CacheConfiguration(),
        runtime: ClientRuntime = .system
    ) throws {
        try configuration.validate()
        self.runtime = runtime
        shelves = Mutex(
            CacheShelves(
                maxEntries: configuration.maxEntries,
                maxBytes: configuration.maxBytes,
                maxEntryBytes: configuration.maxEntryBytes
            )
        )
    }

    /// All answers under a key, the newest first; all of them count as used now.
    public func entries(for key: CacheKey) -> [CacheEntry] {
        let hash = Self.hash(key)
        let now = runtime.now
        // What goes away does so outside the lock, here and below: a body of a megabyte is not freed in no time.
        var dropped: [CacheEntry] = []
        return shelves.withLock { $0.entries(for: key, hash, now: now, dropped: &dropped) }
    }

    /// Keeps an answer in the place of the one with the same key and equal selectors.
    public func put(_ entry: CacheEntry) {
        _ = keep(entry)
    }

    /// The same; false when the answer is too large or its time is up.
    func keep(_ entry: CacheEntry) -> Bool {
        let size = entry.memorySize
        let hashes = (Self.hash(entry.key), Self.hash(entry.key.url))
        let now = runtime.now
        var dropped: [CacheEntry] = []
        return shelves.withLock { $0.put(entry, size: size, hashes, now: now, dropped: &dropped) }
    }

    /// Forgets answers and says how many there were. By key and by URL this costs as much as is forgotten; otherwise
    /// every entry is looked at, but others are let in again and again.
    @discardableResult
    public func remove(_ selection: CacheSelection) -> Int {
        var dropped: [CacheEntry] = []
        switch selection.criterion {
        case .all:
            let old = shelves.withLock { shelves in
                let old = shelves
                shelves = shelves.emptied()
                return old
            }
            return old.count
        case .key(let key):
            let hash = Self.hash(key)
            shelves.withLock { $0.removeAll(of: key, hash, into: &dropped) }
        case .url(let url):
            let hash = Self.hash(url)
            shelves.withLock { $0.removeAll(ofURL: url, hash, into: &dropped) }
        case .prefix, .endpoint, .tag, .scope:
            // An entry keeps its place, so what is there now will be met.
            let places = shelves.withLock { $0.places }
            for start in stride(from: 0, to: places, by: Self.strideOfClearing) {
                let some = start..<min(start + Self.strideOfClearing, places)
                shelves.withLock { $0.removeAll(selection, at: some, into: &dropped) }
            }
        }
        return dropped.count
    }

    /// How much is kept, answers included whose time is up and that no write has swept away yet.
    public func usage() -> CacheUsage {
        shelves.withLock { CacheUsage(entries: $0.count, bytes: $0.bytes) }
    }

    /// What the store itself has done so far.
    public var counts: CacheStoreCounts {
        shelves.withLock { shelves in
            CacheStoreCounts(
                evictions: shelves.evictions,
                expirations: shelves.expirations,
                usage: CacheUsage(entries: shelves.count, bytes: shelves.bytes)
            )
        }
    }

    private static func hash(_ value: some Hashable) -> UInt32 {
        UInt32(truncatingIfNeeded: value.hashValue)
    }
}
