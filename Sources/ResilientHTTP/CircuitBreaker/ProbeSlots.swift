/// The probes in flight. A slot belongs to its probe until that ends or has taken too long, even when the state that
/// let it through has passed: or else two half-open states in a row would have twice as many probes on the wire.
struct ProbeSlots {
    private struct Slot {
        let serial: UInt64
        let generation: UInt64
        let taken: MonotonicTime
    }

    private var slots: [Slot] = []
    private var lastSerial: UInt64 = 0

    var count: Int { slots.count }

    /// Takes a slot; its number, never zero, gives it back.
    mutating func take(generation: UInt64, now: MonotonicTime) -> UInt64 {
        lastSerial += 1
        slots.append(Slot(serial: lastSerial, generation: generation, taken: now))
        return lastSerial
    }

    /// Gives a slot back; nothing happens when it has been given up already.
    mutating func release(_ serial: UInt64) {
        if let index = slots.firstIndex(where: { $0.serial == serial }) { slots.remove(at: index) }
    }

    func count(of generation: UInt64) -> Int {
        slots.reduce(0) { $0 + ($1.generation == generation ? 1 : 0) }
    }

    /// Whether a probe has had its time.
    func hasOverdue(after nanoseconds: Int64, now: MonotonicTime) -> Bool {
        slots.contains { Self.isOverdue($0, nanoseconds, now) }
    }

    /// Gives up the probes that have had their time; says whether one of them was of a generation.
    mutating func giveUp(after nanoseconds: Int64, now: MonotonicTime, generation: UInt64) -> Bool {
        var hasOwn = false
        slots.removeAll { slot in
            guard Self.isOverdue(slot, nanoseconds, now) else { return false }
            if slot.generation == generation { hasOwn = true }
            return true
        }
        return hasOwn
    }

    private static func isOverdue(_ slot: Slot, _ nanoseconds: Int64, _ now: MonotonicTime) -> Bool {
        now.nanoseconds &- slot.taken.nanoseconds >= nanoseconds
    }
}
