/// What a store was told to forget, until it has: what it brings back of that in the meantime does not count.
///
/// A removal that the store never got stays here, so that this process at least does not serve what it knows to be
/// wrong.
struct ForgottenAnswers {
    private struct Item {
        let number: UInt64
        let selection: CacheSelection
        let time: MonotonicTime
    }

    /// The most removals that are remembered one by one; beyond, everything up to now is distrusted.
    static let limit = 256

    private var items: [Item] = []
    private var nextNumber: UInt64 = 0
    /// Nothing that was received by then counts.
    private var horizon = MonotonicTime(nanoseconds: .min)

    /// Remembers a removal and returns its number.
    mutating func insert(_ selection: CacheSelection, now: MonotonicTime) -> UInt64 {
        nextNumber += 1
        if items.count >= Self.limit {
            horizon = now
            items = []
        }
        items.append(Item(number: nextNumber, selection: selection, time: now))
        return nextNumber
    }

    /// The store has forgotten it, too.
    mutating func remove(_ number: UInt64) {
        items.removeAll { $0.number == number }
    }

    func contains(_ entry: CacheEntry) -> Bool {
        entry.receivedAt <= horizon
            || items.contains { entry.receivedAt <= $0.time && $0.selection.contains(entry) }
    }
}
