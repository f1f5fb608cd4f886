import ResilientHTTP
import Testing

/// Rows 75 and 76: the document's formula says ±10 %, its worked example ±20 %.
@Suite("Additive jitter")
struct BackoffAdditiveTests {
    @Test(
        "The worked delays of the document, ~1, 2, 4, 8 s, for both readings",
        arguments: [
            (0.2, 0.0, [0.9, 1.8, 3.6, 7.2]), (0.2, 0.5, [1, 2, 4, 8]), (0.2, 0.75, [1.05, 2.1, 4.2, 8.4]),
            (0.4, 0.0, [0.8, 1.6, 3.2, 6.4]), (0.4, 0.5, [1, 2, 4, 8]), (0.4, 0.75, [1.1, 2.2, 4.4, 8.8]),
            (0, 0.9, [1, 2, 4, 8]),
        ]
    )
    func workedDelays(spread: Double, random: Double, expected: [Double]) {
        let delays = Backoff.additive(spread: spread).delays(Array(repeating: random, count: 4))
        for (delay, expected) in zip(delays, expected) {
            #expect(abs(delay - expected) < 2e-9)
        }
    }

    @Test("Jitter is added after the maximum, and may exceed it by half the spread")
    func exceedsMaximum() {
        let delays = Backoff.additive().delays(Array(repeating: 0.75, count: 8))
        #expect(delays[5...] == [33.6, 33.6, 33.6])
    }

    @Test("The first delay stays within ±0.1 s, or ±0.2 s", arguments: [(0.2, 0.1), (0.4, 0.2)])
    func bounds(spread: Double, width: Double) {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<1000 {
            let delay = Backoff.additive(spread: spread).delays([generator.unit()])[0]
            #expect(abs(delay - 1) <= width + 1e-9)
        }
    }
}
