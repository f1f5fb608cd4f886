/// Those who wait for one key, in the order in which they came.
struct WaitLine {
    /// One who waits, by its ticket, and what it wants of this key.
    struct Entry {
        let ticket: UInt64
        let amount: Int
    }

    private var entries = IndexedHeap<Entry> { $0.ticket < $1.ticket }
    /// What all of them together want, for estimates.
    private(set) var demand = 0
    /// When the first of them is to be looked at again.
    var wake: IndexedHeap<Wake>.Handle?

    var first: UInt64? { entries.first?.ticket }
    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }

    mutating func insert(_ entry: Entry) -> IndexedHeap<Entry>.Handle {
        demand += entry.amount
        return entries.insert(entry)
    }

    mutating func remove(_ handle: IndexedHeap<Entry>.Handle) {
        if let entry = entries.remove(handle) { demand -= entry.amount }
    }
}

/// When a line is to be looked at.
struct Wake {
    let time: MonotonicTime
    let place: Place
}

/// A line: that of one key of one limit. Slots with a line are never reused.
struct Place: Hashable, Sendable {
    let rule: Int
    let slot: Int
}
