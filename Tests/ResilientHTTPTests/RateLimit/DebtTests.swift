import Testing

@testable import ResilientHTTP

/// What calls have really cost, as answers say.
@Suite struct DebtTests {
    /// Costs that answers report, as large as they may be, three at the same moment.
    @Test func debtsWithoutBoundDoNotOverflow() throws {
        for cost in [Int.max, Int.max / 2, 1_000_000_000_000_000] {
            var sliding = try SlidingWindow(limit: 10, per: .seconds(1))
            var fixed = try FixedWindow(limit: 10, per: .seconds(1), now: .zero)
            var bucket = try TokenBucket(capacity: 10, tokens: 10, per: .seconds(1), now: .zero)
            for time in [MonotonicTime.zero, .zero, .zero, .zero + .milliseconds(500)] {
                sliding.owe(cost, now: time, longest: .longest)
                fixed.owe(cost, now: time, longest: .longest)
                bucket.owe(cost, now: time, longest: .longest)
                #expect(sliding.remaining(now: time) < 0 && fixed.remaining(now: time) < 0)
                #expect(bucket.remaining(now: time) < 0)
            }
            // It leaves with its period, and nothing of it stays behind.
            let later = MonotonicTime.zero + .seconds(2)
            #expect(sliding.remaining(now: later) == 10)
            #expect(sliding.take(10, now: later) == .granted)
        }
    }
}
