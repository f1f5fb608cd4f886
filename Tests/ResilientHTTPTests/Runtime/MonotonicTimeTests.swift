import ResilientHTTP
import Testing

@Suite("MonotonicTime")
struct MonotonicTimeTests {
    private let huge: [Duration] = [
        .seconds(Int64.max), .seconds(Int64.min),
        Duration(secondsComponent: .max, attosecondsComponent: 999_999_999_999_999_999),
        Duration(secondsComponent: .min, attosecondsComponent: -999_999_999_999_999_999), .nanoseconds(Int64.max),
        .nanoseconds(Int64.min),
    ]

    @Test("Adding saturates at both ends and never traps")
    func adding() {
        for duration in huge {
            for time in [
                MonotonicTime.zero, .distantFuture, MonotonicTime(nanoseconds: .min), MonotonicTime(nanoseconds: -1),
            ] {
                let sum = time + duration
                #expect(duration > .zero ? sum >= time : sum <= time)
            }
        }
        #expect(MonotonicTime.zero + .seconds(Int64.max) == .distantFuture)
        #expect(MonotonicTime.distantFuture + .nanoseconds(1) == .distantFuture)
        #expect(MonotonicTime.zero + .seconds(Int64.min) == MonotonicTime(nanoseconds: .min))
    }

    @Test("Subtracting saturates")
    func subtracting() {
        let start = MonotonicTime(nanoseconds: .min)
        #expect(MonotonicTime.distantFuture - start == .nanoseconds(Int64.max))
        #expect(start - .distantFuture == .nanoseconds(Int64.min))
        #expect(MonotonicTime(nanoseconds: 5) - MonotonicTime(nanoseconds: 7) == .nanoseconds(-2))
    }

    @Test("Ordinary arithmetic is exact")
    func exact() {
        let time = MonotonicTime(nanoseconds: 1_000)
        #expect((time + .microseconds(5)).nanoseconds == 6_000)
        #expect((time + .nanoseconds(-1)).nanoseconds == 999)
        #expect((time + Duration(secondsComponent: 0, attosecondsComponent: 999_999_999)).nanoseconds == 1_000)
    }
}
