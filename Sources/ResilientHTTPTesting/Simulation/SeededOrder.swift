import ResilientHTTP

/// Choices that a seed determines, with a fingerprint over all that were made.
struct SeededOrder {
    private let source: SeededRandomSource
    private(set) var fingerprint: UInt64

    init(seed: UInt64) {
        // Another stream than the client's own chance, so that a change here does not shift the jitter there.
        source = SeededRandomSource(seed: seed &* 0xD134_2543_DE82_EF95 &+ 1)
        fingerprint = 0xCBF2_9CE4_8422_2325
    }

    mutating func next(below bound: Int) -> Int {
        let choice = bound == 1 ? 0 : Int(source.next() % UInt64(bound))
        fingerprint = (fingerprint ^ UInt64(truncatingIfNeeded: choice &+ bound << 20)) &* 0x100_0000_01B3
        return choice
    }
}
