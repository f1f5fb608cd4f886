import Foundation
import ResilientHTTP
import Testing

@Suite struct WindowTests {
    private func at(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    @Test func aSlidingWindowIsExactAtItsBorders() throws {
        var window = try SlidingWindow(limit: 2, per: .seconds(60))
        #expect(window.take(1, now: at(10)) == .granted)
        #expect(window.take(1, now: at(20)) == .granted)
        #expect(window.take(1, now: at(20)) == .retryAfter(.seconds(60) - .nanoseconds(10)))
        #expect(window.take(1, now: at(60_000_000_009)) == .retryAfter(.nanoseconds(1)))
        #expect(window.take(1, now: at(60_000_000_010)) == .granted)
        #expect(window.take(1, now: at(60_000_000_019)) == .retryAfter(.nanoseconds(1)))
        #expect(window.take(1, now: at(60_000_000_020)) == .granted)
        #expect(window.take(3, now: at(.max)) == .never)
    }

    /// Against counting by hand: every grant of the last period, the one exactly a period ago not included.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func aSlidingWindowAgreesWithCounting(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...20, using: &random)
        let period = Int64.random(in: 1...1000, using: &random)
        var window = try SlidingWindow(limit: limit, per: .nanoseconds(period))
        var history: [(time: Int64, count: Int)] = []
        var now: Int64 = 0
        for _ in 0..<400 {
            now += Int64.random(in: 0...max(1, period / 8), using: &random)
            let count = Int.random(in: 0...limit, using: &random)
            let used = history.filter { $0.time > now - period }.reduce(0) { $0 + $1.count }
            switch window.take(count, now: at(now)) {
            case .granted:
                #expect(used + count <= limit)
                history.append((now, count))
            case .retryAfter(let wait):
                #expect(used + count > limit)
                // At that moment there is room, and a nanosecond before there is not.
                let then = now + wait.saturatedNanoseconds
                let usedThen = history.filter { $0.time > then - period }.reduce(0) { $0 + $1.count }
                let usedBefore = history.filter { $0.time > then - 1 - period }.reduce(0) { $0 + $1.count }
                #expect(usedThen + count <= limit)
                #expect(usedBefore + count > limit)
            case .never:
                Issue.record("\(count) of \(limit) is never granted")
            }
        }
    }

    /// Beyond 4,096 grants it may refuse a little too much, and must not admit too much.
    @Test func aLargeSlidingWindowNeverHoldsMoreThanItsLimit() throws {
        var window = try SlidingWindow(limit: 20_000, per: .seconds(1))
        var times: [Int64] = []
        var random = SeededGenerator(seed: 1)
        var now: Int64 = 0
        for _ in 0..<100_000 {
            now += Int64.random(in: 0...40_000, using: &random)
            if window.take(1, now: at(now)) == .granted { times.append(now) }
        }
        var start = 0
        for (end, time) in times.enumerated() {
            while times[start] <= time - 1_000_000_000 { start += 1 }
            #expect(end - start + 1 <= 20_000)
        }
        // 20 µs apart on average, so 50,000 come a second; all but a trifle of 20,000 must get through.
        #expect(times.count > 2 * 19_900)
    }

    @Test func fixedPeriodsBeginAnewAtTheirBorders() throws {
        var window = try FixedWindow(limit: 3, per: .seconds(1), now: at(500))
        #expect(window.take(3, now: at(1_000_000_499)) == .granted)
        #expect(window.take(1, now: at(1_000_000_499)) == .retryAfter(.nanoseconds(1)))
        #expect(window.take(2, now: at(1_000_000_500)) == .granted)
        #expect(window.take(2, now: at(1_000_000_500)) == .retryAfter(.seconds(1)))
        #expect(window.take(1, now: at(1_000_000_500)) == .granted)
        #expect(window.take(4, now: at(.max)) == .never)
        #expect(window.take(3, now: at(.max)) == .granted)
    }

    @Test func badValuesAreOneConfigurationError() {
        for (limit, period) in [
            (0, Duration.seconds(1)), (-1, .seconds(1)), (1, .zero), (1, .seconds(-1)), (.max, .seconds(1)),
        ] {
            #expect(throws: ResilientError.self) { try SlidingWindow(limit: limit, per: period) }
            #expect(throws: ResilientError.self) { try FixedWindow(limit: limit, per: period, now: .zero) }
        }
    }
}

@Suite struct WindowRefundTests {
    private func at(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    private func limiter(_ clock: SettableClock) throws -> RateLimiter {
        try RateLimiter(
            RateLimitConfiguration(["a": RateLimit(cost: 5, per: .nanoseconds(100), algorithm: .slidingWindow)]),
            runtime: ClientRuntime(clock: clock)
        )
    }

    @Test func aRefundFindsItsOwnMoment() throws {
        let clock = SettableClock()
        let limiter = try limiter(clock)
        clock.set(at(10))
        let first = try #require(try limiter.tryAcquire(cost: 2))
        clock.set(at(20))
        let second = try #require(try limiter.tryAcquire(cost: 3))
        #expect(second.cancel())
        clock.set(at(109))
        #expect(try limiter.tryAcquire(cost: 4) == nil)
        clock.set(at(110))
        #expect(try limiter.tryAcquire(cost: 5) != nil)
        // It has left the window long ago: giving it back now brings nothing.
        #expect(first.cancel())
        #expect(limiter.status().first?.remaining == 0)
    }

    @Test func aClockThatStepsBackLosesNoRefund() throws {
        let clock = SettableClock()
        let limiter = try limiter(clock)
        clock.set(at(50))
        _ = try limiter.tryAcquire()
        clock.set(at(60))
        _ = try limiter.tryAcquire()
        clock.set(at(40))
        let late = try #require(try limiter.tryAcquire(cost: 3))
        clock.set(at(70))
        #expect(late.cancel())
        #expect(limiter.status().first?.remaining == 3)
    }
}
