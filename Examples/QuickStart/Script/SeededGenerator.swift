/// SplitMix64, so that a seed means the same script on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// One stream for each pair, so that scenarios do not depend on each other's length.
    init(seed: UInt64, stream: String) {
        state = seed ^ Digest.fnv1a(Array(stream.utf8))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}

extension SeededGenerator {
    mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &self) < percent
    }

    mutating func pick(_ steps: [ServerStep]) -> ServerStep {
        steps.randomElement(using: &self) ?? .ok
    }
}
