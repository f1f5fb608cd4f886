/// The keys of one limit: found by hash, bounded, and each in one place of memory, so that a call costs the same
/// whether there are a hundred or a hundred thousand.
///
/// Which key to forget is decided by second chance (the clock algorithm): unlike a list in the order of use it
/// touches nothing but the key in question.
struct KeyTable {
    private struct Slot {
        let key: LimitKey
        var state: KeyState
    }

    private var slots: [Slot] = []
    private var index = HashIndex()
    private var free: [Int] = []
    private var hand = 0
    private let maxKeys: Int
    /// A limit over the whole client has one key, which needs no search.
    private let isShared: Bool
    /// Keys that were forgotten because there were too many.
    private(set) var evicted = 0
    private var nextGeneration: UInt32 = 1

    /// How many keys are looked at for one to forget.
    private static let searchLength = 64

    init(maxKeys: Int, isShared: Bool) {
        (self.maxKeys, self.isShared) = (maxKeys, isShared)
    }

    var count: Int { slots.count - free.count }

    subscript(slot: Int) -> KeyState {
        _read { yield slots[slot].state }
        _modify { yield &slots[slot].state }
    }

    func key(of slot: Int) -> LimitKey { slots[slot].key }

    /// The slots that hold keys.
    var occupied: some Sequence<Int> { slots.indices.lazy.filter { slots[$0].state.generation != 0 } }

    /// Whether a slot still holds the key that it held.
    func isCurrent(_ slot: Int, _ generation: UInt32) -> Bool {
        slot < slots.count && slots[slot].state.generation == generation
    }

    /// The slot of a key that is known.
    func find(_ key: LimitKey) -> Int? {
        if isShared { return slots.isEmpty ? nil : 0 }
        return index.find(key.quickHash) { slots[$0].key == key }
    }

    /// The slot of a key, made if need be.
    mutating func slot(of key: LimitKey, _ make: () -> Meter) -> Int {
        if let slot = find(key) {
            slots[slot].state.isRecent = true
            return slot
        }
        if count >= maxKeys { evict() }
        let new = Slot(key: key, state: KeyState(meter: make(), generation: nextGeneration))
        nextGeneration = max(1, nextGeneration &+ 1)
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            slots[slot] = new
        } else {
            slot = slots.count
            slots.append(new)
        }
        if !isShared { index.insert(slot, hash: key.quickHash) }
        return slot
    }

    /// Forgets a key for which nobody waits.
    mutating func remove(_ slot: Int) {
        guard !isShared else { return }
        index.remove(slot, hash: slots[slot].key.quickHash)
        slots[slot] = Slot(key: .shared, state: KeyState(meter: .open, generation: 0))
        free.append(slot)
    }

    /// Forgets one that was not asked for lately; any of those looked at if there is none; none for which somebody
    /// waits, and waiters are bounded too.
    private mutating func evict() {
        var candidate: Int?
        for _ in 0..<min(Self.searchLength, slots.count) {
            hand = hand + 1 < slots.count ? hand + 1 : 0
            guard slots[hand].state.generation != 0, !slots[hand].state.hasLine else { continue }
            candidate = candidate ?? hand
            if !slots[hand].state.isRecent {
                candidate = hand
                break
            }
            slots[hand].state.isRecent = false
        }
        guard let candidate else { return }
        remove(candidate)
        evicted += 1
    }
}
