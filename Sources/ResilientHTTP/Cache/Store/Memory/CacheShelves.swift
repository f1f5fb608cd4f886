/// The entries of a ``MemoryCacheStore``: found by key and by URL, in the order of their use, and in that of their end.
///
/// Everything is numbers into arrays, so that a look-up follows no chain of objects. All operations but a clearing
/// cost the same however many entries there are (the logarithm, for the order of their ends).
struct CacheShelves {
    /// Where an entry stands.
    private struct Node {
        var entry: CacheEntry?
        /// All entries of the key, the newest first; at the newest only.
        var variants: [CacheEntry] = []
        var bytes = 0
        var keyHash: UInt32 = 0
        var urlHash: UInt32 = 0
        /// The next older one of the same key.
        var olderOfKey: Int32 = -1
        var newerOfURL: Int32 = -1
        var olderOfURL: Int32 = -1
        var end: IndexedHeap<End>.Handle?
    }

    private struct End {
        let time: MonotonicTime
        let number: Int32
    }

    /// How many entries of one key there may be: as many answers by `Vary`.
    static let variantLimit = 16
    /// How many ended entries a write takes away, beside those whose room it needs.
    private static let sweepLength = 8

    private let maxEntries: Int
    private let maxBytes: Int
    private let maxEntryBytes: Int
    private var nodes: [Node] = []
    private var keys = HashIndex()
    private var urls = HashIndex()
    private var recency = RecencyLists(exactLimit: .max)
    private var ends = IndexedHeap<End> { $0.time < $1.time }
    private(set) var count = 0
    private(set) var bytes = 0
    /// Live entries that gave way to others.
    private(set) var evictions = 0
    /// Entries whose time was up.
    private(set) var expirations = 0

    init(maxEntries: Int, maxBytes: Int, maxEntryBytes: Int) {
        (self.maxEntries, self.maxBytes, self.maxEntryBytes) = (maxEntries, maxBytes, maxEntryBytes)
    }

    /// How many places there are, taken or free, for those who look at all.
    var places: Int { nodes.count }

    /// An empty one of the same bounds, which remembers the same counts.
    func emptied() -> CacheShelves {
        var empty = CacheShelves(maxEntries: maxEntries, maxBytes: maxBytes, maxEntryBytes: maxEntryBytes)
        (empty.evictions, empty.expirations) = (evictions, expirations)
        return empty
    }

    /// The entries of a key, the newest first, all of them used now. Those whose time is up are put into `dropped`.
    mutating func entries(
        for key: CacheKey,
        _ hash: UInt32,
        now: MonotonicTime,
        dropped: inout [CacheEntry]
    ) -> [CacheEntry] {
        guard let newest = find(key, hash), let entry = nodes[newest].entry else { return [] }
        // Nearly always there is one.
        if nodes[newest].olderOfKey < 0, entry.discardAt > now {
            recency.touch(newest)
            return nodes[newest].variants
        }
        for number in numbers(ofKeyAt: newest).reversed() {
            if hasEnded(number, now) { drop(number, now, into: &dropped) } else { recency.touch(number) }
        }
        return find(key, hash).map { nodes[$0].variants } ?? []
    }

    /// Keeps an entry in the place of the one of its kind; what goes for it is put into `dropped`. False when it is
    /// too large or its time is up, and then the one of its kind goes all the same.
    mutating func put(
        _ entry: CacheEntry,
        size: Int,
        _ hashes: (key: UInt32, url: UInt32),
        now: MonotonicTime,
        dropped: inout [CacheEntry]
    ) -> Bool {
        let others = find(entry.key, hashes.key).map { numbers(ofKeyAt: $0) } ?? []
        let same = others.first { nodes[$0].entry?.selectors == entry.selectors }
        if let same { remove(same, into: &dropped) }
        guard size <= min(maxEntryBytes, maxBytes), entry.discardAt > now else { return false }
        if same == nil, others.count >= Self.variantLimit {
            let oldest = others.last { hasEnded($0, now) } ?? others.last
            if let oldest { drop(oldest, now, into: &dropped) }
        }
        for _ in 0..<Self.sweepLength { guard dropEnded(now, into: &dropped) else { break } }
        while count >= maxEntries || bytes > maxBytes - size {
            if dropEnded(now, into: &dropped) { continue }
            guard let number = recency.leastUsed(.ordinary) else { break }
            drop(number, now, into: &dropped)
        }
        insert(entry, size, hashes)
        return true
    }

    /// Forgets all entries of a key.
    mutating func removeAll(of key: CacheKey, _ hash: UInt32, into dropped: inout [CacheEntry]) {
        guard let newest = find(key, hash) else { return }
        for number in numbers(ofKeyAt: newest) { remove(number, into: &dropped) }
    }

    /// Forgets all entries of a URL.
    mutating func removeAll(ofURL url: String, _ hash: UInt32, into dropped: inout [CacheEntry]) {
        while let newest = find(url: url, hash) { remove(newest, into: &dropped) }
    }

    /// Forgets what is meant among the entries at these places.
    mutating func removeAll(
        _ selection: CacheSelection,
        at places: Range<Int>,
        into dropped: inout [CacheEntry]
    ) {
        for number in places.clamped(to: nodes.indices) {
            if let entry = nodes[number].entry, selection.contains(entry) { remove(number, into: &dropped) }
        }
    }
}

// MARK: - One entry

extension CacheShelves {
    private func find(_ key: CacheKey, _ hash: UInt32) -> Int? {
        keys.find(Int(hash)) { nodes[$0].entry?.key == key }
    }

    private func find(url: String, _ hash: UInt32) -> Int? {
        urls.find(Int(hash)) { nodes[$0].entry?.key.url == url }
    }

    private func numbers(ofKeyAt newest: Int) -> [Int] {
        var numbers = [newest]
        var next = nodes[newest].olderOfKey
        while next >= 0 {
            numbers.append(Int(next))
            next = nodes[Int(next)].olderOfKey
        }
        return numbers
    }

    private func hasEnded(_ number: Int, _ now: MonotonicTime) -> Bool {
        nodes[number].entry.map { $0.discardAt <= now } ?? false
    }

    /// Takes an entry away that ends first, if its time is up.
    private mutating func dropEnded(_ now: MonotonicTime, into dropped: inout [CacheEntry]) -> Bool {
        guard let first = ends.first, first.time <= now else { return false }
        drop(Int(first.number), now, into: &dropped)
        return true
    }

    /// Takes an entry away and counts why.
    private mutating func drop(_ number: Int, _ now: MonotonicTime, into dropped: inout [CacheEntry]) {
        if hasEnded(number, now) { expirations += 1 } else { evictions += 1 }
        remove(number, into: &dropped)
    }

    private mutating func insert(_ entry: CacheEntry, _ size: Int, _ hashes: (key: UInt32, url: UInt32)) {
        let older = find(entry.key, hashes.key)
        let olderOfURL = find(url: entry.key.url, hashes.url)
        let number = recency.insert(.ordinary)
        var node = Node(entry: entry, variants: [entry], bytes: size, keyHash: hashes.key, urlHash: hashes.url)
        node.end = ends.insert(End(time: entry.discardAt, number: Int32(number)))
        if let older {
            node.olderOfKey = Int32(older)
            node.variants += nodes[older].variants
            nodes[older].variants = []
            keys.remove(older, hash: Int(hashes.key))
        }
        keys.insert(number, hash: Int(hashes.key))
        if let olderOfURL {
            node.olderOfURL = Int32(olderOfURL)
            nodes[olderOfURL].newerOfURL = Int32(number)
            urls.remove(olderOfURL, hash: Int(hashes.url))
        }
        urls.insert(number, hash: Int(hashes.url))
        if number == nodes.count { nodes.append(node) } else { nodes[number] = node }
        count += 1
        bytes += size
    }

    private mutating func remove(_ number: Int, into dropped: inout [CacheEntry]) {
        let node = nodes[number]
        guard let entry = node.entry else { return }
        dropped.append(entry)
        unlinkFromKey(number, node, entry)
        unlinkFromURL(number, node)
        if let end = node.end { _ = ends.remove(end) }
        recency.remove(number)
        nodes[number] = Node()
        count -= 1
        bytes -= node.bytes
    }

    private mutating func unlinkFromKey(_ number: Int, _ node: Node, _ entry: CacheEntry) {
        guard let newest = find(entry.key, node.keyHash) else { return }
        if newest == number {
            let next = Int(node.olderOfKey)
            keys.remove(number, hash: Int(node.keyHash))
            guard next >= 0 else { return }
            keys.insert(next, hash: Int(node.keyHash))
            nodes[next].variants = Array(node.variants.dropFirst())
            return
        }
        nodes[newest].variants.removeAll { $0 === entry }
        var newer = newest
        while nodes[newer].olderOfKey >= 0, nodes[newer].olderOfKey != Int32(number) {
            newer = Int(nodes[newer].olderOfKey)
        }
        nodes[newer].olderOfKey = node.olderOfKey
    }

    private mutating func unlinkFromURL(_ number: Int, _ node: Node) {
        if node.olderOfURL >= 0 { nodes[Int(node.olderOfURL)].newerOfURL = node.newerOfURL }
        if node.newerOfURL >= 0 {
            nodes[Int(node.newerOfURL)].olderOfURL = node.olderOfURL
        } else {
            urls.remove(number, hash: Int(node.urlHash))
            if node.olderOfURL >= 0 { urls.insert(Int(node.olderOfURL), hash: Int(node.urlHash)) }
        }
    }
}
