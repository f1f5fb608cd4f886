import Foundation
import ResilientHTTP
import Testing

@Suite struct RateLimitHintsTests {
    private let date = Date(timeIntervalSince1970: 1_700_000_000)

    private func hints(_ headers: HeaderFields, status: ClientResponse.Status = 200) -> RateLimitHints {
        RateLimitHints(status: status, headers: headers, date: date)
    }

    private func fields(_ pairs: [(String, String)]) -> HeaderFields {
        HeaderFields(
            pairs.compactMap { name, value in
                HeaderFields.Name(name).map { HeaderFields.Field(name: $0, value: value) }
            }
        )
    }

    private func one(_ pairs: (String, String)...) throws -> RateLimitHints.Quota {
        let quotas = hints(fields(pairs)).quotas
        #expect(quotas.count == 1)
        return try #require(quotas.first)
    }

    @Test func theStandardFieldWithItsPolicy() throws {
        let quota = try one(
            ("RateLimit-Policy", "\"burst\";q=100;w=60;qu=\"requests\", \"day\";q=1000;w=86400"),
            ("RateLimit", "\"burst\";r=50;t=30")
        )
        #expect(quota.name == "burst")
        #expect(quota.limit == 100)
        #expect(quota.remaining == 50)
        #expect(quota.reset == .seconds(30))
        #expect(quota.counts == .requests)
    }

    @Test func severalQuotasAndOneWithoutATime() {
        let quotas = hints(
            fields([
                ("ratelimit-policy", "\"a\";q=10;w=7"), ("ratelimit", "\"a\";r=0"), ("ratelimit", "\"tokens\";r=5;t=1"),
            ])
        ).quotas
        #expect(quotas.map(\.remaining) == [0, 5])
        // The window bounds what is not said.
        #expect(quotas.map(\.reset) == [.seconds(7), .seconds(1)])
        #expect(quotas.map(\.counts) == [.requests, .cost])
    }

    @Test func earlierVersionsOfTheDraft() throws {
        let dictionary = try one(("RateLimit", "limit=100, remaining=50, reset=5"))
        #expect(dictionary.limit == 100)
        #expect(dictionary.remaining == 50)
        #expect(dictionary.reset == .seconds(5))
        let three = try one(
            ("RateLimit-Limit", "100, 100;w=10"),
            ("RateLimit-Remaining", "7"),
            ("RateLimit-Reset", "4")
        )
        #expect(three.limit == 100)
        #expect(three.remaining == 7)
        #expect(three.reset == .seconds(4))
    }

    @Test(arguments: [
        ("6m0s", 360.0), ("1s", 1), ("20ms", 0.02), ("1h2m3.5s", 3723.5), ("30", 30), ("0.25", 0.25),
        ("1700000060", 60), ("1700000060000", 60), ("2023-11-14T22:14:20Z", 60), ("1699999999", 0),
    ])
    func everyFormOfAReset(_ text: String, _ seconds: Double) throws {
        let quota = try one(("X-RateLimit-Remaining-Tokens", "3"), ("X-RateLimit-Reset-Tokens", text))
        #expect(quota.counts == .cost)
        #expect(quota.reset?.decimalSeconds == seconds)
    }

    @Test func vendorsFields() {
        let quotas = hints(
            fields([
                ("anthropic-ratelimit-requests-limit", "1000"), ("anthropic-ratelimit-requests-remaining", "999"),
                ("anthropic-ratelimit-requests-reset", "2023-11-14T22:13:50Z"),
                ("anthropic-ratelimit-input-tokens-remaining", "0"),
                ("anthropic-ratelimit-input-tokens-reset", "2023-11-14T22:13:30Z"),
                ("x-ratelimit-limit-requests", "60"), ("x-ratelimit-remaining-requests", "59"),
                ("X-Rate-Limit-Reset", "9"), ("X-RateLimit-Reset-After", "8"),
            ])
        ).quotas
        #expect(quotas.map(\.name) == ["requests", "input-tokens", ""])
        #expect(quotas.map(\.counts) == [.requests, .cost, .requests])
        #expect(quotas[1].remaining == 0)
        #expect(quotas[1].reset == .seconds(10))
        // Two names for one thing: the later.
        #expect(quotas[2].reset == .seconds(9))
    }

    @Test func retryAfterCountsOnlyWhereTheServerRefuses() {
        let headers: HeaderFields = [.retryAfter: "7"]
        #expect(hints(headers, status: 429).retryAfter == .seconds(7))
        #expect(hints(headers, status: 503).retryAfter == .seconds(7))
        // GitHub's secondary limits.
        #expect(hints(headers, status: 403).retryAfter == .seconds(7))
        // About the one request only: accepted, moved, too large for now.
        for status in [202, 301, 302, 307, 413, 500] as [ClientResponse.Status] {
            #expect(hints(headers, status: status).isEmpty, "\(status)")
        }
        #expect(hints(fields([("retry-after-ms", "1500")]), status: 429).retryAfter == .milliseconds(1500))
    }

    /// What is no number is left out, and what is too large is the largest there is.
    @Test func hostileValuesAreHarmless() throws {
        for text in ["-1", "nan", "inf", "0x10", "", " ", "1e3", "٣", "--", "1 2"] {
            #expect(hints(fields([("x-ratelimit-remaining", text)])).isEmpty, "\(text)")
        }
        #expect(try one(("x-ratelimit-remaining", "99999999999999999999999999")).remaining == 1_000_000_000_000_000)
        for text in ["1e400", "9e99", "99999999999999999999h", "nan", "-5", "garbage", "1h1h1h1"] {
            let reset = hints(fields([("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", text)])).quotas.first?.reset
            #expect(reset.map { $0 >= .zero && $0 <= .seconds(1_000_000_000) } ?? true, "\(text)")
        }
        #expect(hints(fields([("ratelimit", "\"a\";r=-1;t=-1")])).isEmpty)
        #expect(hints(fields([("ratelimit", "((((("), ("ratelimit", "\"a\";r=1")])).isEmpty)
        let many = (0..<1000).map { ("x-ratelimit-remaining-\($0)", "1") }
        #expect(hints(fields(many)).quotas.count == RateLimitHints.maxQuotas)
    }
}
