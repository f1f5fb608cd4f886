import Testing

@testable import ResilientHTTP

@Suite struct GradientLimitTests {
    /// A service that does so many requests at a time; more than that wait inside it.
    private struct Service {
        var workers = 20
        var latency: Duration = .milliseconds(50)

        func latency(inFlight: Int) -> Duration {
            inFlight <= workers ? latency : latency * Double(inFlight) / Double(workers)
        }
    }

    private static func settings(max: Int = 200) -> ConcurrencyLimitConfiguration {
        .gradient(min: 2, max: max)
    }

    /// One window with the same latency throughout. Returns the lowest limit on the way.
    @discardableResult
    private func window(
        _ rule: inout GradientLimit,
        _ latency: Duration,
        inFlight: Int? = nil,
        overloads: Int = 0,
        now: inout MonotonicTime
    ) -> Int {
        var lowest = rule.limit
        for index in 0...20 {
            rule.observe(
                LimitSample(
                    latency: latency.saturatedNanoseconds,
                    inFlight: inFlight ?? rule.limit,
                    isOverload: index < overloads,
                    epoch: rule.epoch,
                    now: now
                )
            )
            now = now + .milliseconds(50)
            lowest = min(lowest, rule.limit)
        }
        return lowest
    }

    @Test func withoutLoadItGrowsByTheToleranceAndASquareRoot() {
        var rule = GradientLimit(Self.settings(), start: 16)
        var now = MonotonicTime.zero
        window(&rule, .milliseconds(50), now: &now)
        // 16 · 1.25 = 20, √20 = 4.47.
        #expect(rule.limit == 24)
    }

    @Test func itFallsByTheRatioOfTheLatencies() {
        var rule = GradientLimit(Self.settings(max: 100), start: 100)
        var now = MonotonicTime.zero
        window(&rule, .milliseconds(50), now: &now)
        #expect(rule.limit == 100)
        window(&rule, .milliseconds(100), now: &now)
        // 100 · 1.25 · 50 / 100 = 62.5, √62.5 = 7.9.
        #expect(rule.limit == 70)
    }

    @Test func oneStepIsBetweenHalfAndTwice() {
        var now = MonotonicTime.zero
        var rule = GradientLimit(Self.settings(max: 100), start: 100)
        window(&rule, .milliseconds(50), now: &now)
        window(&rule, .seconds(50), now: &now)
        // 100 · 0.5 = 50, √50 = 7.07.
        #expect(rule.limit == 57)
        var settings = Self.settings(max: 1000)
        settings.tolerance = 10
        rule = GradientLimit(settings, start: 100)
        window(&rule, .milliseconds(50), now: &now)
        // 100 · 2 = 200, √200 = 14.1.
        #expect(rule.limit == 214)
    }

    @Test func itDoesNotGrowWhileLessThanHalfIsInUse() {
        var rule = GradientLimit(Self.settings(), start: 16)
        var now = MonotonicTime.zero
        window(&rule, .milliseconds(50), inFlight: 7, now: &now)
        #expect(rule.limit == 16)
        window(&rule, .milliseconds(50), inFlight: 8, now: &now)
        #expect(rule.limit == 24)
    }

    @Test func aServiceThatRefusesIsTooBusyHoweverFastItRefuses() {
        var rule = GradientLimit(Self.settings(), start: 20)
        var now = MonotonicTime.zero
        window(&rule, .milliseconds(1), overloads: 1, now: &now)
        #expect(rule.limit == 18)
    }

    @Test func fewAnswersMoveNothing() {
        var rule = GradientLimit(Self.settings(), start: 16)
        for second in 0..<9 as Range<Int64> {
            rule.observe(
                LimitSample(
                    latency: 1_000_000,
                    inFlight: 16,
                    isOverload: false,
                    epoch: rule.epoch,
                    now: MonotonicTime(nanoseconds: second * 1_000_000_000)
                )
            )
        }
        #expect(rule.limit == 16)
    }

    @Test func itFindsWhatAServiceCanTake() {
        var service = Service()
        var rule = GradientLimit(Self.settings(), start: 4)
        var now = MonotonicTime.zero
        for _ in 0..<40 { window(&rule, service.latency(inFlight: rule.limit), now: &now) }
        #expect((20...40).contains(rule.limit), "\(rule.limit)")
        // Half the workers leave; the load lasts, so only a measurement tells what the latency without it is.
        service.workers = 10
        for _ in 0..<200 { window(&rule, service.latency(inFlight: rule.limit), now: &now) }
        #expect((10...22).contains(rule.limit), "\(rule.limit)")
    }

    @Test func theBaselineIsMeasuredAnewWithFewRequests() {
        var settings = Self.settings()
        settings.baselineInterval = .seconds(5)
        var rule = GradientLimit(settings, start: 50)
        var now = MonotonicTime.zero
        var lowest = Int.max
        var epochs: Set<Int32> = []
        for _ in 0..<20 {
            lowest = min(lowest, window(&rule, .milliseconds(50), now: &now))
            epochs.insert(rule.epoch)
        }
        #expect(lowest == GradientLimit.measuringLimit)
        #expect(epochs.count >= 5)
        #expect(rule.limit > 50)
    }

    /// A service that has become slower for good is no reason to stay small for ever.
    @Test func aServiceThatHasBecomeSlowerIsMeasuredAndUsedAgain() {
        var rule = GradientLimit(Self.settings(max: 64), start: 64)
        var now = MonotonicTime.zero
        window(&rule, .milliseconds(50), now: &now)
        for _ in 0..<30 { window(&rule, .milliseconds(500), now: &now) }
        #expect(rule.limit < 10)
        for _ in 0..<60 { window(&rule, .milliseconds(500), now: &now) }
        #expect(rule.limit == 64)
    }

    @Test func aResetDiscardsWhatBeganBefore() {
        var rule = GradientLimit(Self.settings(), start: 16)
        var now = MonotonicTime.zero
        window(&rule, .milliseconds(50), now: &now)
        let old = rule.epoch
        rule.reset()
        #expect(rule.limit == 16)
        for _ in 0..<100 {
            now = now + .milliseconds(50)
            rule.observe(
                LimitSample(latency: 1, inFlight: 16, isOverload: true, epoch: old, now: now)
            )
        }
        #expect(rule.limit == 16)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func itStaysWithinItsRangeWhateverComes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var settings = ConcurrencyLimitConfiguration.gradient(min: 3, max: 30)
        settings.window = .milliseconds(5)
        settings.windowSamples = Int.random(in: 1...20, using: &random)
        settings.baselineInterval = .milliseconds(50)
        var rule = GradientLimit(settings, start: 10)
        var now = MonotonicTime.zero
        for _ in 0..<5000 {
            now = now + .microseconds(Int64.random(in: 0...2000, using: &random))
            rule.observe(
                LimitSample(
                    latency: [0, 1, .random(in: 0...1_000_000_000, using: &random), .max].randomElement(
                        using: &random
                    ) ?? 0,
                    inFlight: .random(in: 1...40, using: &random),
                    isOverload: Int.random(in: 0..<5, using: &random) == 0,
                    epoch: rule.epoch - (Bool.random(using: &random) ? 1 : 0),
                    now: now
                )
            )
            #expect((3...30).contains(rule.limit))
        }
    }
}
