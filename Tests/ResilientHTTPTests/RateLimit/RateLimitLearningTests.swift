import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite struct RateLimitLearningTests {
    private func run(
        _ limits: [RateLimitConfiguration.Name: RateLimit],
        change: (inout RateLimitConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (RateLimiter, Simulation) async throws -> Void
    ) throws {
        var configuration = RateLimitConfiguration(limits)
        change(&configuration)
        let settings = configuration
        let simulation = Simulation(seed: 1)
        try simulation.run { simulation in
            try await body(try RateLimiter(settings, runtime: simulation.runtime), simulation)
        }
        try simulation.settleToNothing()
    }

    private func fields(_ pairs: (String, String)...) -> HeaderFields {
        HeaderFields(
            pairs.compactMap { name, value in
                HeaderFields.Name(name).map { HeaderFields.Field(name: $0, value: value) }
            }
        )
    }

    @Test func theServersWordLowersWhatIsLeftForEverybody() throws {
        try run(["a": RateLimit(requests: 100, per: .seconds(60))]) { limiter, simulation in
            limiter.learn(
                status: 200,
                headers: fields(("x-ratelimit-remaining", "2"), ("x-ratelimit-reset", "10"))
            )
            let now = simulation.runtime.now
            #expect(limiter.status().first?.remaining == 2)
            #expect(limiter.status().first?.serverHolds == 10)
            for _ in 0..<2 { _ = try await limiter.acquire() }
            #expect(simulation.runtime.now == now)
            _ = try await limiter.acquire()
            #expect(simulation.runtime.now - now == .seconds(10))
        }
    }

    @Test func nothingIsEverRaised() throws {
        try run(["a": RateLimit(requests: 3, per: .seconds(60))]) { limiter, _ in
            for _ in 0..<2 { _ = try await limiter.acquire() }
            for text in ["1000000", "99999999999999999999999"] {
                limiter.learn(
                    status: 200,
                    headers: fields(
                        ("x-ratelimit-remaining", text),
                        ("x-ratelimit-limit", text),
                        ("x-ratelimit-reset", "1")
                    )
                )
            }
            #expect(limiter.status().first?.remaining == 1)
            limiter.learn(status: 200, headers: fields(("ratelimit", "\"a\";r=0;t=9")))
            limiter.learn(status: 200, headers: fields(("ratelimit", "\"a\";r=5;t=1")))
            #expect(limiter.status().first?.remaining == 0)
        }
    }

    /// Those who wait already hear it too, and in their order.
    @Test func retryAfterHoldsUpTheOthers() throws {
        try run(["a": .tokenBucket(rate: 1, burst: 1)]) { limiter, simulation in
            _ = try await limiter.acquire()
            let now = simulation.runtime.now
            let waiting = (0..<2).map { _ in simulation.start { try await limiter.acquire() } }
            try await simulation.sleep(for: .milliseconds(500))
            #expect(limiter.waiting == 2)
            limiter.learn(status: 429, headers: [.retryAfter: "30"])
            let refused = await resilientError { try await limiter.acquire(waiting: .fail) }
            #expect(refused?.message.contains("server") == true)
            _ = try await waiting[0].value
            _ = try await waiting[1].value
            // The bucket has one by then, and one more a second later.
            #expect(simulation.runtime.now - now == .milliseconds(31_500))
        }
    }

    @Test func anotherOriginOrCredentialIsNotHeldUp() throws {
        try run([:]) { limiter, _ in
            let here = RateLimitKey(origin: Origin(scheme: "https", host: "a"))
            let there = RateLimitKey(origin: Origin(scheme: "https", host: "b"))
            limiter.learn(status: 429, headers: [.retryAfter: "30"], for: here)
            let (mine, others) = try (limiter.tryAcquire(for: here), limiter.tryAcquire(for: there))
            #expect(mine == nil)
            #expect(others != nil)
        }
    }

    @Test func tokensAndRequestsAreToldApart() throws {
        let limits: [RateLimitConfiguration.Name: RateLimit] = [
            "calls": RateLimit(requests: 100, per: .seconds(60)), "tokens": RateLimit(cost: 10_000, per: .seconds(60)),
        ]
        try run(limits) { limiter, simulation in
            limiter.learn(
                status: 200,
                headers: fields(
                    ("x-ratelimit-remaining-requests", "50"),
                    ("x-ratelimit-reset-requests", "1s"),
                    ("x-ratelimit-remaining-tokens", "700"),
                    ("x-ratelimit-reset-tokens", "6m0s")
                )
            )
            let left = Dictionary(uniqueKeysWithValues: limiter.status().map { ($0.name, $0.remaining) })
            #expect(left == ["calls": 50, "tokens": 700])
            let now = simulation.runtime.now
            _ = try await limiter.acquire(cost: 701)
            // Six minutes is longer than the server's word may hold.
            #expect(simulation.runtime.now - now == .seconds(120))
        }
    }

    @Test func hostileFieldsHoldForTwoMinutesAtMost() throws {
        let attacks: [HeaderFields] = [
            [.retryAfter: "99999999999999999999"], fields(("retry-after-ms", "1e99"), ("retry-after", "-1")),
            fields(("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "9999999999")),
            fields(("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "99999999999h")),
            fields(("ratelimit", "\"a\";r=0;t=999999999999999")),
            fields(("ratelimit", "\"a\";r=-999999999999999;t=-999999999999999")),
            fields(("x-ratelimit-remaining", "-5"), ("x-ratelimit-reset", "inf")),
        ]
        for headers in attacks {
            try run(["a": .tokenBucket(rate: 1, burst: 1)]) { limiter, simulation in
                let now = simulation.runtime.now
                limiter.learn(status: 429, headers: headers)
                _ = try await limiter.acquire()
                #expect(simulation.runtime.now - now <= .seconds(120), "\(headers)")
            }
        }
    }

    @Test func itCanBeTurnedOff() throws {
        try run(["a": .tokenBucket(rate: 1, burst: 1)], change: { $0.heedsServer = false }) { limiter, _ in
            limiter.learn(status: 429, headers: [.retryAfter: "30"])
            let reservation = try limiter.tryAcquire()
            #expect(reservation != nil)
        }
    }

    @Test func whatTheServerSaidIsForgottenWhenItIsOver() throws {
        try run([:]) { limiter, simulation in
            for number in 0..<1000 {
                let key = RateLimitKey(origin: Origin(scheme: "https", host: "h\(number)"))
                limiter.learn(status: 429, headers: [.retryAfter: "1"], for: key)
                try await simulation.sleep(for: .milliseconds(100))
            }
            #expect(limiter.status(limit: 10_000).count <= 64)
        }
    }

    @Test func theAdaptiveModeSlowsDownAfterAThrottling() throws {
        try run([:], change: { $0.adaptive = AdaptiveRateConfiguration() }) { limiter, simulation in
            let now = simulation.runtime.now
            for _ in 0..<100 {
                _ = try await limiter.acquire()
                limiter.learn(status: 200, headers: [:])
                try await simulation.sleep(for: .milliseconds(20))
            }
            #expect(simulation.runtime.now - now == .seconds(2))
            limiter.learn(status: 429, headers: [:])
            let then = simulation.runtime.now
            // About 0.7 · 50 a second for the first moments, with a bucket that has to fill first.
            for _ in 0..<10 { _ = try await limiter.acquire() }
            let took = simulation.runtime.now - then
            #expect(took > .milliseconds(200) && took < .milliseconds(500), "\(took)")
        }
    }

    @Test func aForbiddenThatSaysWhenHoldsUpTheOthers() throws {
        try run([:]) { limiter, simulation in
            let now = simulation.runtime.now
            limiter.learn(status: 403, headers: [.retryAfter: "60"])
            _ = try await limiter.acquire()
            #expect(simulation.runtime.now - now == .seconds(60))
        }
    }

    @Test func retryAfterCountsMoreThanTheResetsBesideIt() throws {
        let answers = [
            fields(("retry-after", "1"), ("ratelimit", "\"default\";r=0;t=60")),
            fields(
                ("retry-after", "1"),
                ("x-ratelimit-limit-requests", "60"),
                ("x-ratelimit-remaining-requests", "0"),
                ("x-ratelimit-reset-requests", "59s")
            ),
        ]
        let limits: [[RateLimitConfiguration.Name: RateLimit]] = [
            [:], ["a": RateLimit(requests: 100, per: .seconds(1))],
        ]
        for headers in answers {
            for limits in limits {
                try run(limits) { limiter, simulation in
                    let now = simulation.runtime.now
                    // What an earlier answer said is taken back, too.
                    limiter.learn(status: 200, headers: headers)
                    limiter.learn(status: 429, headers: headers)
                    _ = try await limiter.acquire()
                    #expect(simulation.runtime.now - now == .seconds(1), "\(headers)")
                }
            }
        }
    }

    /// OpenAI's limits refill all the time: with sixty a minute, one a second.
    @Test func whatRefillsSteadilyIsUsedAsItComesBack() throws {
        try run([:]) { limiter, simulation in
            let now = simulation.runtime.now
            limiter.learn(
                status: 429,
                headers: fields(
                    ("x-ratelimit-limit-requests", "60"),
                    ("x-ratelimit-remaining-requests", "0"),
                    ("x-ratelimit-reset-requests", "60s")
                )
            )
            for _ in 0..<5 { _ = try await limiter.acquire() }
            #expect(simulation.runtime.now - now == .seconds(5))
        }
    }

    @Test func aNewWindowOfTheServersEndsTheWaitOfTheOld() throws {
        try run([:]) { limiter, simulation in
            let now = simulation.runtime.now
            limiter.learn(status: 200, headers: fields(("ratelimit", "\"a\";r=0;t=60")))
            let waiting = simulation.start { try await limiter.acquire() }
            try await simulation.sleep(for: .seconds(2))
            limiter.learn(status: 200, headers: fields(("ratelimit", "\"a\";r=100;t=3600")))
            _ = try await waiting.value
            #expect(simulation.runtime.now - now == .seconds(2))
        }
    }

    /// The largest number there is, and a call that gives back what it took under it.
    @Test func aCountWithoutBoundDoesNotOverflow() throws {
        try run(["a": RateLimit(requests: 100, per: .seconds(60))]) { limiter, simulation in
            limiter.learn(status: 200, headers: fields(("x-ratelimit-remaining", "5"), ("x-ratelimit-reset", "1")))
            let early = try #require(try limiter.tryAcquire())
            try await simulation.sleep(for: .seconds(2))
            limiter.learn(
                status: 200,
                headers: fields(("x-ratelimit-remaining", "99999999999999999999"), ("x-ratelimit-reset", "100"))
            )
            let late = try #require(try limiter.tryAcquire())
            for _ in 0..<3 { limiter.learn(status: 200, headers: fields(("ratelimit", "\"b\";r=999999999999999;t=9"))) }
            #expect(early.cancel() && late.cancel())
            #expect(limiter.status().first?.remaining == 100)
        }
    }
}
