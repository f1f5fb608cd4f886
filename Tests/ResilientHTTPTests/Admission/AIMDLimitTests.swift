import Testing

@testable import ResilientHTTP

@Suite struct AIMDLimitTests {
    private func sample(
        _ rule: AIMDLimit,
        inFlight: Int,
        latency: Duration = .milliseconds(10),
        isOverload: Bool = false,
        epoch: Int32? = nil
    ) -> LimitSample {
        LimitSample(
            latency: latency.saturatedNanoseconds,
            inFlight: inFlight,
            isOverload: isOverload,
            epoch: epoch ?? rule.epoch,
            now: .zero
        )
    }

    @Test func anAnswerAddsOneAndAnOverloadTakesATenth() {
        var rule = AIMDLimit(.aimd(), start: 20)
        rule.observe(sample(rule, inFlight: 20))
        #expect(rule.limit == 21)
        rule.observe(sample(rule, inFlight: 21, isOverload: true))
        #expect(rule.limit == 18)
    }

    @Test func itDoesNotGrowWhileLessThanHalfIsInUse() {
        var rule = AIMDLimit(.aimd(), start: 20)
        rule.observe(sample(rule, inFlight: 9))
        #expect(rule.limit == 20)
        rule.observe(sample(rule, inFlight: 10))
        #expect(rule.limit == 21)
    }

    @Test func itStaysWithinItsRange() {
        var rule = AIMDLimit(.aimd(min: 3, max: 12), start: 10)
        for _ in 0..<10 { rule.observe(sample(rule, inFlight: 12)) }
        #expect(rule.limit == 12)
        for _ in 0..<100 { rule.observe(sample(rule, inFlight: 12, isOverload: true)) }
        #expect(rule.limit == 3)
    }

    @Test func everyOverloadLowersALimitAboveItsMinimum() {
        for start in 2...200 {
            var rule = AIMDLimit(.aimd(backoffRatio: 0.99), start: start)
            rule.observe(sample(rule, inFlight: start, isOverload: true))
            #expect(rule.limit < start)
        }
    }

    @Test func fiftyTimeoutsOfOneMomentCountOnce() {
        var rule = AIMDLimit(.aimd(), start: 100)
        let epoch = rule.epoch
        for _ in 0..<50 { rule.observe(sample(rule, inFlight: 100, isOverload: true, epoch: epoch)) }
        #expect(rule.limit == 90)
        // Nor do late answers raise the new limit.
        rule.observe(sample(rule, inFlight: 100, epoch: epoch))
        #expect(rule.limit == 90)
    }

    @Test func slowAnswersAreOverloadsWhenAskedFor() {
        var rule = AIMDLimit(.aimd(slowAfter: .milliseconds(50)), start: 10)
        rule.observe(sample(rule, inFlight: 10, latency: .milliseconds(50)))
        #expect(rule.limit == 11)
        rule.observe(sample(rule, inFlight: 10, latency: .milliseconds(51)))
        #expect(rule.limit == 9)
    }

    @Test func aResetDiscardsWhatBeganBefore() {
        var rule = AIMDLimit(.aimd(), start: 10)
        rule.observe(sample(rule, inFlight: 10))
        let epoch = rule.epoch
        rule.reset()
        #expect(rule.limit == 10)
        rule.observe(sample(rule, inFlight: 10, epoch: epoch))
        rule.observe(sample(rule, inFlight: 10, isOverload: true, epoch: epoch))
        #expect(rule.limit == 10)
    }
}
