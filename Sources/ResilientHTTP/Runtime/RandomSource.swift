import Synchronization

/// Chance: jitter, identifiers and sampling. Not for keys or secrets.
public protocol RandomSource: Sendable {
    /// The next 64 random bits.
    func next() -> UInt64
}

extension RandomSource {
    /// A number in [0, 1) with 53 random bits.
    public func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): small, well distributed and, being one atomic addition, free of locks.
public final class SeededRandomSource: RandomSource, RandomNumberGenerator {
    private let state: Atomic<UInt64>

    /// Makes a source; the same seed gives the same numbers.
    public init(seed: UInt64) {
        state = Atomic(seed)
    }

    /// Makes a source that the system's generator has seeded.
    public convenience init() {
        var system = SystemRandomNumberGenerator()
        self.init(seed: system.next())
    }

    /// The next 64 bits.
    public func next() -> UInt64 {
        Self.mix(state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue)
    }

    /// The output function of SplitMix64, a bijection that scatters neighbouring inputs.
    package static func mix(_ input: UInt64) -> UInt64 {
        var z = input
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
