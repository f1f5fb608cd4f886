/// Steele's SplitMix64: every seed gives a good sequence, and a step is pure arithmetic.
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// So many bytes, little-endian words one after the other.
    static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SplitMix64(state: seed)
        return [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, initialized in
            var word: UInt64 = 0
            for index in 0..<max(count, 0) {
                if index % 8 == 0 { word = generator.next() }
                buffer[index] = UInt8(truncatingIfNeeded: word)
                word >>= 8
            }
            initialized = max(count, 0)
        }
    }
}
