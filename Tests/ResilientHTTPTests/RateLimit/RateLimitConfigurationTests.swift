import Foundation
import Testing

@testable import ResilientHTTP

@Suite struct RateLimitConfigurationTests {
    private func decode(_ json: String) throws -> RateLimitConfiguration {
        try JSONDecoder().decode(RateLimitConfiguration.self, from: Data(json.utf8))
    }

    @Test func everythingComesBackAsItWas() throws {
        var configuration = RateLimitConfiguration([
            "calls": RateLimit(requests: 50, per: .seconds(60)),
            "tokens": RateLimit(cost: 90_000, per: .seconds(60), scope: .all(.provider, .model)),
            "bucket": .tokenBucket(rate: 10.5, burst: 20, initial: 3, scope: .tag("team")),
            "fixed": RateLimit(requests: 1, per: .milliseconds(8100), algorithm: .fixedWindow, scope: .credential),
        ])
        configuration.onLimit = .waitUpTo(.milliseconds(250))
        configuration.adaptive = AdaptiveRateConfiguration()
        configuration.defaultRate = 10
        configuration.onStoreFailure = .refuse
        #expect(configuration.problems == [])
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(RateLimitConfiguration.self, from: data) == configuration)
        #expect(try decode("{}") == RateLimitConfiguration())
        for waiting in [RateLimitWaiting.fail, .wait] {
            configuration.onLimit = waiting
            let data = try JSONEncoder().encode(configuration)
            #expect(try JSONDecoder().decode(RateLimitConfiguration.self, from: data) == configuration)
        }
    }

    @Test func itReadsFromJSON() throws {
        let configuration = try decode(
            """
            {"limits": {"model": {"algorithm": "sliding_window", "limit": 50, "per": 0.5, "scope": "provider+model",
             "counts": "requests", "max_keys": 7}}, "on_limit": {"wait_up_to": 2.5}, "adaptive": true}
            """
        )
        var limit = RateLimit(
            requests: 50,
            per: .milliseconds(500),
            scope: .all(.init(rawValue: "provider"), .init(rawValue: "model"))
        )
        limit.maxKeys = 7
        #expect(configuration.limits == ["model": limit])
        #expect(configuration.onLimit == .waitUpTo(.milliseconds(2500)))
        #expect(configuration.adaptive == AdaptiveRateConfiguration())
        #expect(limit.scope.parts == [.tag("provider"), .tag("model")])
    }

    @Test func everyProblemIsNamedWithItsPath() throws {
        let error = try #require(
            throws: ResilientError.self
        ) {
            _ = try decode(
                """
                {"limits": {"a": {"limit": 0, "per": 0, "burst": -1, "initial": -1, "scope": "nonsense", "rate": 1},
                 "b": {"algorithm": "leaky"}, "c": {"algorithm": "sliding_window", "burst": 5},
                 "d": {"limit": 5, "initial": 6}, "e": {"limit": 1e99}, "f": {"per": "nan"}},
                 "on_limit": {"wait_up_to": -1}, "max_waiters": -1, "max_server_delay": -1, "server_scope": "",
                 "adaptive": {"beta": 1.5, "minimum_rate": 0, "statuses": [200]}, "store_timeout": 0,
                 "default_rate": 0, "typo": 1}
                """
            )
        }
        #expect(error.code == .configuration)
        let paths = Set(error.problems.map(\.path))
        let expected: Set<String> = [
            "limits.a.limit", "limits.a.per", "limits.a.burst", "limits.a.initial", "limits.a.scope", "limits.a.rate",
            "limits.b.algorithm", "limits.c.burst", "limits.d.initial", "limits.e.limit", "limits.f.per",
            "on_limit", "max_waiters", "max_server_delay", "server_scope", "adaptive.beta", "adaptive.minimum_rate",
            "adaptive.statuses", "store_timeout", "default_rate", "typo",
        ]
        #expect(expected.subtracting(paths) == [])
    }

    @Test(arguments: [0, -1, .nan, .infinity, -.infinity, 1e300] as [Double])
    func aRateThatIsNoneIsRefused(_ rate: Double) {
        let configuration = RateLimitConfiguration(["a": .tokenBucket(rate: rate)])
        let error = #expect(throws: ResilientError.self) { try RateLimiter(configuration) }
        #expect(error?.problems.contains { $0.path == "limits.a.limit" } == true, "\(String(describing: error))")
    }

    @Test func contradictionsAreRefused() {
        var configuration = RateLimitConfiguration(["default": RateLimit(), "": RateLimit()])
        configuration.defaultRate = 5
        #expect(Set(configuration.problems.map(\.path)) == ["default_rate", "limits"])
        #expect(throws: ResilientError.self) { try RateLimiter(configuration) }
    }

    /// Specification row 118: ten a second, twenty at once.
    @Test func aRateIsAFractionAndItsBurstTwiceIt() {
        let ten = RateLimit.tokenBucket(rate: 10)
        #expect((ten.limit, ten.per, ten.burst) == (10, .seconds(1), 20))
        let slow = RateLimit.tokenBucket(rate: 0.1)
        #expect((slow.limit, slow.per, slow.burst) == (1, .seconds(10), 1))
        let odd = RateLimit.tokenBucket(rate: 10.5)
        #expect((odd.limit, odd.per, odd.burst) == (105, .seconds(10), 21))
        let third = RateLimit.tokenBucket(rate: 1.0 / 3)
        #expect((Double(third.limit) / third.per.decimalSeconds - 1.0 / 3).magnitude < 1e-9)
        for rate in [1e-9, 0.7, 3.3, 99.99, 12345.678, 1e9] {
            let limit = RateLimit.tokenBucket(rate: rate)
            #expect((Double(limit.limit) / limit.per.decimalSeconds / rate - 1).magnitude < 1e-8, "\(rate)")
            #expect(limit.problems == [], "\(rate)")
        }
    }

    /// Specification rows 113 to 116 and 121.
    @Test func theSpecificationsNumbers() throws {
        let gradient = RateLimitConfiguration(["requests": RateLimit(requests: 50, per: .seconds(60))], onLimit: .fail)
        let limiter = try RateLimiter(gradient)
        for _ in 0..<50 { #expect(try limiter.tryAcquire() != nil) }
        #expect(try limiter.tryAcquire() == nil)
        var capstone = RateLimitConfiguration()
        capstone.defaultRate = 10
        let bucket = try RateLimiter(capstone)
        for _ in 0..<20 { #expect(try bucket.tryAcquire() != nil) }
    }
}
