import ResilientHTTP
import Testing

@Suite("Durations as decimal seconds")
struct DurationSecondsTests {
    @Test(
        "A number from a file means what it says, and is written as it was",
        arguments: [(0, 0), (0.5, 500), (8.1, 8100), (8.3, 8300), (-1.25, -1250), (86_400.001, 86_400_001)]
    )
    func decimals(seconds: Double, milliseconds: Int64) {
        #expect(Duration(decimalSeconds: seconds) == .milliseconds(milliseconds))
        #expect(Duration.milliseconds(milliseconds).decimalSeconds == seconds)
    }

    @Test("Whole nanoseconds up to 90 days survive both ways")
    func roundTrip() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<10_000 {
            let limit: Int64 = 7_776_000_000_000_000
            let duration = Duration.nanoseconds(Int64.random(in: -limit...limit, using: &generator))
            #expect(Duration(decimalSeconds: duration.decimalSeconds) == duration)
        }
    }

    @Test("What is no number is nil, what is too large is the longest")
    func extremes() {
        #expect(Duration(decimalSeconds: .nan) == nil)
        #expect(Duration(decimalSeconds: .infinity) == nil)
        #expect(Duration(decimalSeconds: -.infinity) == nil)
        #expect(Duration(decimalSeconds: 1e300) == .longest)
        #expect(Duration(decimalSeconds: -1e10) == .zero - .longest)
        #expect(Duration(decimalSeconds: 1e-300) == .zero)
        for seconds in [Int64.max, .min, 1_000_000_000_000_000_000, 9_000_000, -9_000_000] {
            #expect(Duration.seconds(seconds).decimalSeconds == Double(seconds))
        }
    }
}
