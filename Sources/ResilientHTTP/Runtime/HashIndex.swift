/// Numbers by the hash of what they stand for, such as the places of keys in an array.
///
/// A search looks at one place of one array, and at what a number stands for only when the hashes are the same: with a
/// hundred thousand keys each place that is looked at is one in memory. (A dictionary has three: its bits, its keys and
/// its values.) The hashes must be good ones, as `Hasher` makes them.
///
/// Open addressing with linear probing, half empty at least, and without marks for what has been removed.
struct HashIndex: Sendable {
    private struct Entry {
        var hash: UInt32 = 0
        /// Below zero for none.
        var number: Int32 = -1
    }

    private var entries: [Entry] = []
    private(set) var count = 0

    private var mask: Int { entries.count - 1 }

    private static func short(_ hash: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
    }

    /// The number of a hash that stands for what is looked for.
    func find(_ hash: Int, where isWanted: (Int) -> Bool) -> Int? {
        guard !entries.isEmpty else { return nil }
        let hash = Self.short(hash)
        var place = Int(hash) & mask
        while entries[place].number >= 0 {
            let entry = entries[place]
            if entry.hash == hash, isWanted(Int(entry.number)) { return Int(entry.number) }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Adds a number that is not there.
    mutating func insert(_ number: Int, hash: Int) {
        if (count + 1) * 2 > entries.count { grow() }
        place(Entry(hash: Self.short(hash), number: Int32(number)))
        count += 1
    }

    /// Takes a number out, with the hash under which it was added.
    mutating func remove(_ number: Int, hash: Int) {
        guard !entries.isEmpty else { return }
        var hole = Int(Self.short(hash)) & mask
        while entries[hole].number != Int32(number) {
            guard entries[hole].number >= 0 else { return }
            hole = (hole + 1) & mask
        }
        count -= 1
        // Whoever stands behind and had to go on from the hole or before it moves up.
        var place = (hole + 1) & mask
        while entries[place].number >= 0 {
            let home = Int(entries[place].hash) & mask
            if (place - home) & mask >= (place - hole) & mask {
                entries[hole] = entries[place]
                hole = place
            }
            place = (place + 1) & mask
        }
        entries[hole] = Entry()
    }

    private mutating func place(_ entry: Entry) {
        var place = Int(entry.hash) & mask
        while entries[place].number >= 0 { place = (place + 1) & mask }
        entries[place] = entry
    }

    private mutating func grow() {
        let old = entries
        entries = Array(repeating: Entry(), count: max(8, old.count * 2))
        for entry in old where entry.number >= 0 { place(entry) }
    }
}
