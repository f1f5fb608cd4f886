import ResilientHTTP

/// Chance that a seed determines, the same on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private let source: SeededRandomSource

    /// One stream for each pair, so that scenarios do not depend on each other's length.
    init(seed: UInt64, stream: String) {
        source = SeededRandomSource(seed: seed ^ Digest.fnv1a(Array(stream.utf8)))
    }

    mutating func next() -> UInt64 {
        source.next()
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
