import ResilientHTTP
import Synchronization

/// Chance from a list of numbers in [0, 1), or from a seed where nobody minds the numbers.
final class ScriptedRandom: RandomSource {
    private struct State {
        var rest: ArraySlice<UInt64>
        var isCounting = false
        var isUsedUp = false
    }

    private let state: Mutex<State>
    /// In place of a list.
    private let seeded: SeededRandomSource?

    init(_ numbers: [JSON]?) throws(ResilientError) {
        seeded = numbers == nil ? SeededRandomSource(seed: 0) : nil
        var bits: [UInt64] = []
        for (index, json) in (numbers ?? []).enumerated() {
            guard let number = json.number, number >= 0, number < 1 else {
                throw .line("random.\(index) is not a number in [0, 1)")
            }
            // What `uniform()` makes of 64 bits, backwards.
            bits.append(UInt64((number * 0x1p53).rounded(.down)) << 11)
        }
        state = Mutex(State(rest: bits[...]))
    }

    /// From now on the list is drawn from; before, everything is 0.
    func begin() {
        state.withLock { $0.isCounting = true }
    }

    /// Whether more was drawn than there was.
    var isUsedUp: Bool { state.withLock { $0.isUsedUp } }

    func next() -> UInt64 {
        if let seeded { return seeded.next() }
        return state.withLock { state in
            guard state.isCounting else { return 0 }
            guard let bits = state.rest.popFirst() else {
                state.isUsedUp = true
                return 0
            }
            return bits
        }
    }
}
