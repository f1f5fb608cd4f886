import Foundation
import ResilientHTTP
import Testing

@Suite struct TokenBucketTests {
    private func at(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    private func bucket(_ capacity: Int, _ tokens: Int, per period: Duration, initial: Int? = nil) throws -> TokenBucket
    {
        try TokenBucket(capacity: capacity, tokens: tokens, per: period, initial: initial, now: .zero)
    }

    @Test func itIsFullAtTheStartAndThenExactToTheNanosecond() throws {
        var bucket = try bucket(20, 10, per: .seconds(1))
        for _ in 0..<20 { #expect(bucket.take(1, now: .zero) == .granted) }
        #expect(bucket.take(1, now: .zero) == .retryAfter(.milliseconds(100)))
        #expect(bucket.take(1, now: at(99_999_999)) == .retryAfter(.nanoseconds(1)))
        #expect(bucket.take(1, now: at(100_000_000)) == .granted)
        #expect(bucket.take(1, now: at(100_000_000)) == .retryAfter(.milliseconds(100)))
    }

    /// A third of a token a second: in floating point, a million seconds would not give exactly as much.
    @Test func nothingDriftsHoweverLongItRuns() throws {
        var bucket = try bucket(1, 1, per: .seconds(3), initial: 0)
        var granted = 0
        var now: Int64 = 0
        for _ in 0..<300_000 {
            now += 1_000_000_000
            if bucket.take(1, now: at(now)) == .granted { granted += 1 }
        }
        #expect(granted == 100_000)
        var slow = try TokenBucket(capacity: 1, tokens: 7, per: .seconds(1_000_000_000), initial: 0, now: .zero)
        #expect(slow.take(1, now: .zero) == .retryAfter(.nanoseconds(142_857_142_857_142_858)))
    }

    @Test func aDemandAboveTheBurstIsNeverGranted() throws {
        var bucket = try bucket(5, 1, per: .seconds(1))
        #expect(bucket.take(6, now: at(.max)) == .never)
        #expect(bucket.take(.max, now: at(.max)) == .never)
        #expect(bucket.take(5, now: at(.max)) == .granted)
    }

    @Test func aClockThatStepsBackAddsNothingAndATimeBeyondTheEndIsNoTrap() throws {
        var bucket = try bucket(1, 1, per: .seconds(1))
        #expect(bucket.take(1, now: at(5_000_000_000)) == .granted)
        #expect(bucket.take(1, now: .zero) == .retryAfter(.seconds(6)))
        #expect(bucket.take(1, now: at(.min)) != .granted)
        #expect(bucket.take(1, now: at(.max)) == .granted)
        #expect(bucket.take(-1, now: at(.max)) == .granted)
        guard case .retryAfter(let wait) = bucket.take(1, now: at(.max)) else {
            Issue.record("granted out of nothing")
            return
        }
        #expect(wait >= .zero)
    }

    @Test func badValuesAreReportedAllAtOnce() throws {
        let error = try #require(
            throws: ResilientError.self
        ) { try TokenBucket(capacity: 0, tokens: -1, per: .zero, initial: -5, now: .zero) }
        #expect(error.code == .configuration)
        #expect(Set(error.problems.map(\.path)) == ["limit", "per", "burst", "initial"])
        #expect(throws: ResilientError.self) { try bucket(5, 1, per: .seconds(1), initial: 6) }
        #expect(throws: ResilientError.self) { try bucket(.max, .max, per: .seconds(Int64.max)) }
    }
}

/// Decisions that aiolimiter and botocore agree on.
@Suite(.oracles) struct TokenBucketTraceTests {
    private struct Trace {
        let capacity: Int
        let rate: Double
        let initial: Int?
        let events: [(time: MonotonicTime, count: Int, granted: Bool)]
    }

    private func traces() throws -> [Trace] {
        try Oracles.rows("traces/token_bucket.json").map { row in
            let events = try #require(row["events"] as? [[String: Any]]).map { event in
                let seconds = try #require(event["t"] as? Double)
                return (
                    // The data is in whole microseconds.
                    time: MonotonicTime(nanoseconds: Int64((seconds * 1e6).rounded()) * 1000),
                    count: try #require(event["n"] as? Int),
                    granted: try #require(event["granted"] as? Bool)
                )
            }
            return Trace(
                capacity: try #require(row["capacity"] as? Int),
                rate: try #require(row["refill_per_s"] as? Double),
                initial: row["initial"] as? String == "full" ? nil : try #require(row["initial"] as? Int),
                events: events
            )
        }
    }

    @Test func theBucketDecidesAsTheyDo() throws {
        let traces = try traces()
        #expect(traces.count == 300)
        for (number, trace) in traces.enumerated() {
            let limit = RateLimit.tokenBucket(rate: trace.rate, burst: trace.capacity, initial: trace.initial)
            var bucket = try TokenBucket(
                capacity: trace.capacity,
                tokens: limit.limit,
                per: limit.per,
                initial: trace.initial,
                now: .zero
            )
            for event in trace.events {
                let isGranted = bucket.take(event.count, now: event.time) == .granted
                #expect(isGranted == event.granted, "trace \(number) at \(event.time.nanoseconds)")
            }
        }
    }

    @Test func theLimiterDecidesAsTheyDo() throws {
        var events = 0
        for (number, trace) in try traces().enumerated() {
            let clock = SettableClock()
            let limiter = try RateLimiter(
                RateLimitConfiguration([
                    "trace": .tokenBucket(rate: trace.rate, burst: trace.capacity, initial: trace.initial, scope: .name)
                ]),
                runtime: ClientRuntime(clock: clock)
            )
            // The key begins with its first call.
            _ = try limiter.tryAcquire(cost: 0, for: "a")
            for event in trace.events {
                clock.set(event.time)
                let isGranted = try limiter.tryAcquire(cost: event.count, for: "a") != nil
                #expect(isGranted == event.granted, "trace \(number) at \(event.time.nanoseconds)")
                events += 1
            }
        }
        #expect(events == 36_000)
    }
}
