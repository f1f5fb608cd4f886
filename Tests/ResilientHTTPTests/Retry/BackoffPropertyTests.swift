import ResilientHTTP
import Testing

@Suite("Backoff limits")
struct BackoffPropertyTests {
    private static let retries = [
        0, 1, 2, 10, 62, 63, 64, 65, 1000, 1023, 1024, 1025, Int.max - 1, Int.max, -1, Int.min,
    ]

    @Test("Whatever the input, a delay is between nothing and the cap")
    func bounds() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<4000 {
            let (backoff, cap) = anyBackoff(&generator)
            var state = Backoff.State()
            for _ in 0..<4 {
                let n = Self.retries.randomElement(using: &generator) ?? 0
                let numbers: [Double] = [generator.unit(), 0, 1.0.nextDown]
                let random: Double = numbers.randomElement(using: &generator) ?? 0
                let delay = backoff.delay(retry: n, state: &state, random: random)
                #expect(delay >= .zero && delay <= min(max(cap, .zero), .longest), "\(backoff) \(n) \(random)")
            }
        }
    }

    @Test("Far beyond the cap the delay is the cap, also where powers overflow", arguments: [63, 64, 1000, Int.max])
    func overflow(n: Int) {
        var state = Backoff.State()
        let cap = Duration.seconds(8)
        #expect(Backoff.exponential(jitter: .none).delay(retry: n, state: &state, random: 0) == cap)
        #expect(Backoff.exponential().delay(retry: n, state: &state, random: 0.5) == .seconds(4))
        #expect(Backoff.linear(cap: cap, jitter: .none).delay(retry: n, state: &state, random: 0) == cap)
        #expect(Backoff.additive().delay(retry: n, state: &state, random: 0.5) == .seconds(32))
        #expect(Backoff.decorrelatedV2(cap: cap).delay(retry: n, state: &state, random: 0) == cap)
        #expect(Backoff.exponential(base: .zero).delay(retry: n, state: &state, random: 0.5) == .zero)
        #expect(
            Backoff.exponential(factor: 1, jitter: .none).delay(retry: n, state: &state, random: 0)
                == .milliseconds(500)
        )
        var fresh = Backoff.State()
        #expect(Backoff.decorrelatedV2(base: .zero).delay(retry: n, state: &fresh, random: 0.5) == .zero)
    }

    @Test("Overflow of V2 twice in a row is the cap, not NaN")
    func overflowTwice() {
        var state = Backoff.State()
        for n in [2000, 2001, Int.max] {
            #expect(Backoff.decorrelatedV2().delay(retry: n, state: &state, random: 0.5) == .seconds(30))
        }
    }

    @Test("Random numbers out of range count as the nearest in range", arguments: [1, 2, .infinity, .nan])
    func randomOutOfRange(random: Double) {
        #expect(Backoff.exponential().delays([random, -random]).allSatisfy { 0...1 ~= $0 })
    }

    private func anyBackoff(_ generator: inout SeededGenerator) -> (Backoff, cap: Duration) {
        let (base, other, cap) = (anyDuration(&generator), anyDuration(&generator), anyDuration(&generator))
        let factor = [1, 1.5, 2, 1e300, 0, -2, .infinity, .nan].randomElement(using: &generator) ?? 2
        let share = [0, 0.25, 1, 3, -1, .nan, .infinity].randomElement(using: &generator) ?? 0
        let jitters: [Jitter] = [.none, .full, .equal, .decorrelated, .proportional(share), .symmetric(share)]
        let jitter = jitters.randomElement(using: &generator) ?? .none
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return (.constant(base, jitter: jitter), .longest)
        case 1: return (.linear(base: base, increment: other, cap: cap, jitter: jitter), cap)
        case 2: return (.exponential(base: base, factor: factor, cap: cap, jitter: jitter), cap)
        case 3: return (.decorrelatedV2(base: base, cap: cap), cap)
        default: return (.additive(base: base, max: cap, spread: share), .longest)
        }
    }

    /// Up to 10¹⁸ s either way, of every magnitude.
    private func anyDuration(_ generator: inout SeededGenerator) -> Duration {
        let magnitudes: [Int64] = [0, 1, 60, 1_000_000, 1_000_000_000, 1_000_000_000_000_000_000]
        let magnitude = magnitudes.randomElement(using: &generator) ?? 0
        let seconds = Int64.random(in: 0...magnitude, using: &generator)
        let duration = Duration.seconds(seconds) + .nanoseconds(Int64.random(in: 0..<1_000_000_000, using: &generator))
        return Int.random(in: 0..<8, using: &generator) == 0 ? .zero - duration : duration
    }
}
