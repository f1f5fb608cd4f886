import Testing

@testable import ResilientHTTP

@Suite struct SlidingCountsTests {
    private func time(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds * 1_000_000)
    }

    @Test func whatIsOlderThanTheWindowDoesNotCount() {
        var counts = SlidingCounts(window: .seconds(1))
        counts.addCall(now: time(0))
        counts.addRetry(1, now: time(550))
        #expect(counts.counts(now: time(999)) == (1, 1))
        #expect(counts.counts(now: time(1000)) == (0, 1))
        #expect(counts.counts(now: time(1499)) == (0, 1))
        #expect(counts.counts(now: time(1500)) == (0, 0))
    }

    @Test func whatIsTakenBackTooLateOrTwiceChangesNothing() {
        var counts = SlidingCounts(window: .seconds(1))
        counts.addRetry(1, now: time(0))
        counts.addRetry(1, now: time(1000))
        // The slice of the first one is in use again.
        counts.addRetry(-1, now: time(0))
        #expect(counts.counts(now: time(1000)).retries == 1)
        counts.addRetry(-1, now: time(1000))
        counts.addRetry(-1, now: time(1000))
        #expect(counts.counts(now: time(1000)).retries == 0)
    }

    @Test(arguments: [Duration.nanoseconds(1), .seconds(1_000_000_000_000_000_000)])
    func theShortestAndTheLongestWindowCount(window: Duration) {
        var counts = SlidingCounts(window: window)
        for now in [MonotonicTime(nanoseconds: -5), .zero, time(5), .distantFuture] {
            counts.addCall(now: now)
            #expect(counts.counts(now: now).calls >= 1)
        }
    }
}
