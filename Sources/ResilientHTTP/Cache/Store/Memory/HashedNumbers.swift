/// Finds small numbers by a hash, in one array: a look-up touches one place of memory, whether there are ten numbers or
/// a hundred thousand. What the numbers stand for is the owner's business, and so is telling two apart whose hashes are
/// equal.
struct HashedNumbers {
    /// Each holds the hash above and the number, plus one, below; zero is free.
    private var slots: [UInt64] = [UInt64](repeating: 0, count: 8)
    private(set) var count = 0

    /// The number with this hash for which `isMatch` holds.
    func first(_ hash: UInt32, where isMatch: (Int) -> Bool) -> Int? {
        guard let slot = slot(hash, where: isMatch) else { return nil }
        return Self.number(slots[slot])
    }

    /// Adds a number that is not there.
    mutating func insert(_ number: Int, _ hash: UInt32) {
        // At most two thirds are taken: beyond that, searches get long.
        if (count + 1) * 3 > slots.count * 2 { grow() }
        place(Self.slot(hash, number))
        count += 1
    }

    /// Puts a number in the place of another one with the same hash.
    mutating func replace(_ old: Int, _ hash: UInt32, with new: Int) {
        guard let slot = slot(hash, where: { $0 == old }) else { return }
        slots[slot] = Self.slot(hash, new)
    }

    mutating func remove(_ number: Int, _ hash: UInt32) {
        guard var hole = slot(hash, where: { $0 == number }) else { return }
        count -= 1
        // What stands behind moves up, unless it would come before the place where it is looked for first.
        var next = (hole + 1) & mask
        while slots[next] != 0 {
            let home = home(slots[next])
            if (next &- home) & mask >= (next &- hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        slots[hole] = 0
    }

    private var mask: Int { slots.count - 1 }

    private func home(_ slot: UInt64) -> Int { Int(slot >> 32) & mask }

    private func slot(_ hash: UInt32, where isMatch: (Int) -> Bool) -> Int? {
        var position = Int(hash) & mask
        while slots[position] != 0 {
            if UInt32(slots[position] >> 32) == hash, isMatch(Self.number(slots[position])) { return position }
            position = (position + 1) & mask
        }
        return nil
    }

    private mutating func place(_ slot: UInt64) {
        var position = home(slot)
        while slots[position] != 0 { position = (position + 1) & mask }
        slots[position] = slot
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        for slot in old where slot != 0 { place(slot) }
    }

    private static func slot(_ hash: UInt32, _ number: Int) -> UInt64 {
        UInt64(hash) << 32 | UInt64(number + 1)
    }

    private static func number(_ slot: UInt64) -> Int {
        Int(UInt32(truncatingIfNeeded: slot)) - 1
    }
}
