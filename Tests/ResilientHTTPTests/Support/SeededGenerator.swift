import ResilientHTTP

/// Chance that a seed determines, the same on every platform, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private let source: SeededRandomSource

    init(seed: UInt64) {
        source = SeededRandomSource(seed: seed)
    }

    mutating func next() -> UInt64 {
        source.next()
    }

    /// A double in [0, 1).
    mutating func unit() -> Double {
        source.uniform()
    }
}
