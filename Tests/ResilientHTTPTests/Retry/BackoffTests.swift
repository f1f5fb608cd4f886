import ResilientHTTP
import Testing

@Suite("Backoff formulas")
struct BackoffTests {
    @Test("The default is full jitter from half a second, doubling to eight")
    func defaults() {
        #expect(Backoff.exponential().delays([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0]) == [0.25, 0.5, 1, 2, 4, 4, 0])
        #expect(Backoff.exponential(jitter: .none).delays([0.9, 0.9, 0.9, 0.9, 0.9, 0.9]) == [0.5, 1, 2, 4, 8, 8])
    }

    @Test("None, constant and linear")
    func simple() {
        #expect(Backoff.none.delays([0.9, 0.9]) == [0, 0])
        #expect(Backoff.constant(.seconds(2)).delays([0, 0.9, 0.5]) == [2, 2, 2])
        #expect(Backoff.constant(.seconds(2), jitter: .symmetric()).delays([0, 0.5, 0.75]) == [1.6, 2, 2.2])
        let linear = Backoff.linear(base: .seconds(1), increment: .seconds(2), cap: .seconds(6), jitter: .none)
        #expect(linear.delays([0, 0, 0, 0]) == [1, 3, 5, 6])
    }

    @Test(
        "Each jitter has its range",
        arguments: [
            (Jitter.none, 4, 4, 4), (.full, 0, 2, 3), (.equal, 2, 3, 3.5), (.proportional(), 4, 3.5, 3.25),
            (.proportional(1), 4, 2, 1), (.symmetric(), 3.2, 4, 4.4), (.symmetric(1), 0, 4, 6),
        ]
    )
    func jitterRanges(jitter: Jitter, lowest: Double, middle: Double, high: Double) {
        let backoff = Backoff.exponential(base: .seconds(4), factor: 1, cap: .seconds(8), jitter: jitter)
        #expect(backoff.delays([0, 0.5, 0.75]) == [lowest, middle, high])
    }

    @Test("The cap holds after jitter")
    func capLast() {
        let backoff = Backoff.grpc(initial: .seconds(1), multiplier: 2, cap: .seconds(4))
        #expect(backoff.delays([0, 0.5, 0.999, 0.999, 0]) == [0.8, 2, 4, 4, 3.2])
    }

    @Test("Presets do what their sources say")
    func presets() {
        #expect(Backoff.stainless.delays([0, 0, 0, 0, 0, 1, 0.5]) == [0.5, 1, 2, 4, 8, 6, 7])
        #expect(Backoff.aws().delays([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]) == [0.5, 1, 2, 4, 8, 10])
        #expect(Backoff.microsoft == .decorrelatedV2(base: .seconds(2), cap: .seconds(30)))
    }

    @Test("Decorrelated jitter grows from the delay that was drawn, between the base and three times that")
    func decorrelated() {
        let backoff = Backoff.exponential(base: .seconds(1), cap: .seconds(20), jitter: .decorrelated)
        #expect(backoff.delays([0.5, 0.5, 0, 0.5]) == [2, 3.5, 1, 2])
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<200 {
            var previous = 1.0
            for delay in backoff.delays((0..<20).map { _ in generator.unit() }) {
                #expect(delay >= 1 && delay <= min(20, 3 * previous) + 1e-8)
                previous = delay
            }
        }
    }

    /// Expected: computed in Python from `f(t) = 2^t · tanh(√(4t))`, `base · (f − f_prev) / 1.4`.
    @Test(
        "Decorrelated jitter V2 follows Polly's formula",
        arguments: [
            (1.0, 1000.0, [0, 0, 0, 0, 0, 0], [0, 1.377182257, 1.460067301, 2.865849862, 5.717806862, 11.430272441]),
            (
                1, 1000, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
                [0.897404936, 1.093003547, 2.035747963, 4.045979423, 8.08363161, 16.163662812]
            ),
            (
                2, 30, [0.25, 0.75, 0.1, 0.9, 0.5, 0.999],
                [1.293847413, 3.463137494, 1.33033542, 15.223330606, 11.000884023, 30]
            ),
            (
                0.5, 8, [0.999, 0, 0.999, 0, 0.5, 0.5, 0.5],
                [0.688063508, 0.000527621, 2.160976271, 0.001982311, 5.226334029, 8, 8]
            ),
        ]
    )
    func decorrelatedV2(base: Double, cap: Double, random: [Double], expected: [Double]) {
        let delays = Backoff.decorrelatedV2(base: .seconds(base), cap: .seconds(cap)).delays(random)
        #expect(delays.count == expected.count)
        for (delay, expected) in zip(delays, expected) {
            #expect(abs(delay - expected) < 2e-9)
        }
    }

    @Test("A thousand delays of the same instant are spread (row 77)", arguments: [Backoff.exponential(), .additive()])
    func spread(backoff: Backoff) {
        var generator = SeededGenerator(seed: 5)
        let delays = (0..<1000).map { _ in backoff.delays([generator.unit()])[0] }
        #expect(Set(delays).count > 990)
        let (low, high) = (delays.min() ?? 0, delays.max() ?? 0)
        let buckets = Set(delays.map { Int(($0 - low) / (high - low) * 19.999) })
        #expect(buckets.count == 20)
        #expect(high - low > 0.18)
    }
}
