import ResilientHTTP

/// What a ``MemoryCacheStore`` is meant to do, in lists that are searched from end to end.
struct ReferenceCache {
    /// With their sizes, the one that was unused for longest first.
    private(set) var entries: [(entry: CacheEntry, size: Int)] = []
    private(set) var evictions = 0
    private let bounds: CacheConfiguration

    init(_ bounds: CacheConfiguration) {
        self.bounds = bounds
    }

    var bytes: Int { entries.reduce(0) { $0 + $1.size } }

    mutating func entries(for key: CacheKey, put order: [ObjectIdentifier: Int], now: MonotonicTime) -> [CacheEntry] {
        forgetEnded(now)
        let found = entries.filter { $0.entry.key == key }
        let byAge = found.sorted { (order[ObjectIdentifier($0.entry)] ?? 0) < (order[ObjectIdentifier($1.entry)] ?? 0) }
        entries.removeAll { $0.entry.key == key }
        entries += byAge
        return byAge.reversed().map(\.entry)
    }

    mutating func put(
        _ entry: CacheEntry,
        size: Int,
        put order: [ObjectIdentifier: Int],
        now: MonotonicTime
    ) -> Bool {
        forgetEnded(now)
        entries.removeAll { $0.entry.key == entry.key && $0.entry.selectors == entry.selectors }
        guard size <= bounds.maxEntryBytes, size <= bounds.maxBytes, entry.discardAt > now else { return false }
        let variants = entries.map(\.entry).filter { $0.key == entry.key }
        if variants.count >= 16 {
            let oldest = variants.min { (order[ObjectIdentifier($0)] ?? 0) < (order[ObjectIdentifier($1)] ?? 0) }
            entries.removeAll { $0.entry === oldest }
            evictions += 1
        }
        while entries.count >= bounds.maxEntries || bytes + size > bounds.maxBytes {
            entries.removeFirst()
            evictions += 1
        }
        entries.append((entry, size))
        return true
    }

    mutating func remove(_ selection: CacheSelection, now: MonotonicTime) -> [CacheEntry] {
        forgetEnded(now)
        let removed = entries.map(\.entry).filter(selection.contains)
        entries.removeAll { selection.contains($0.entry) }
        return removed
    }

    private mutating func forgetEnded(_ now: MonotonicTime) {
        entries.removeAll { $0.entry.discardAt <= now }
    }
}
