import Foundation
import Testing

@testable import ResilientHTTP

/// The one place where all stages read what a server says about coming back.
@Suite struct ServerHintsTests {
    /// 2023-11-14T22:13:20Z
    private let date = Date(timeIntervalSince1970: 1_700_000_000)

    private func delay(_ pairs: [(String, String)], status: ClientResponse.Status = 429) -> Double? {
        let headers = HeaderFields(
            pairs.compactMap { name, value in
                HeaderFields.Name(name).map { HeaderFields.Field(name: $0, value: value) }
            }
        )
        return ServerHints(ClientResponse(status: status, headers: headers), date: date).delay?.decimalSeconds
    }

    @Test func retryAfterGoesBeforeEveryReset() {
        #expect(delay([("Retry-After", "1"), ("RateLimit", "\"default\";r=0;t=60")]) == 1)
        #expect(delay([("Retry-After", "1"), ("RateLimit-Remaining", "0"), ("RateLimit-Reset", "60")]) == 1)
        #expect(delay([("retry-after-ms", "900"), ("x-ratelimit-reset", "60")]) == 0.9)
        // One that cannot be read says nothing.
        #expect(delay([("Retry-After", "soon"), ("RateLimit", "\"default\";r=0;t=60")]) == 60)
    }

    @Test func everyFormOfAQuotaIsWaitedFor() {
        #expect(delay([("RateLimit", "\"default\";r=0;t=30")]) == 30)
        #expect(delay([("RateLimit-Policy", "\"a\";q=10;w=7"), ("RateLimit", "\"a\";r=0")]) == 7)
        #expect(delay([("RateLimit", "limit=10, remaining=0, reset=5")]) == 5)
        #expect(delay([("RateLimit-Limit", "10"), ("RateLimit-Remaining", "0"), ("RateLimit-Reset", "30")]) == 30)
        #expect(delay([("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1700000030")]) == 30)
        // The longest of those that are used up; what is left of others delays nobody.
        #expect(delay([("RateLimit", "\"a\";r=0;t=3, \"b\";r=0;t=9, \"c\";r=1;t=99")]) == 9)
        #expect(delay([("RateLimit", "\"c\";r=1;t=99")]) == nil)
        #expect(delay([("RateLimit", "\"default\";r=0;t=30")], status: 500) == nil)
    }

    @Test func whatRefillsSteadilyIsWaitedForUnitByUnit() throws {
        let pairs = [
            ("x-ratelimit-limit-requests", "60"), ("x-ratelimit-remaining-requests", "0"),
            ("x-ratelimit-reset-requests", "59s"),
        ]
        let wait = try #require(delay(pairs))
        #expect(abs(wait - 59.0 / 60) < 1e-9)
        #expect(delay(pairs + [("Retry-After", "1")]) == 1)
        // Without the limit nobody knows how fast.
        #expect(delay(Array(pairs.dropFirst())) == 59)
        // Windows come back at once, whatever they are called.
        for names in ["x-ratelimit-%@", "ratelimit-%@", "x-ratelimit-%@-search", "anthropic-ratelimit-requests-%@"] {
            let trio = [("limit", "60"), ("remaining", "0"), ("reset", "59")].map {
                (names.replacingOccurrences(of: "%@", with: $0), $1)
            }
            #expect(delay(trio) == 59, "\(names)")
        }
    }

    static let severalLines: [([String], Double)] = [
        (["1", "3600"], 3600), (["3600", "1"], 3600), (["1, 3600"], 3600), (["3600,1"], 3600), ([" 1 ,2 , 3"], 3),
        (["5", "soon"], 5), (["soon, 5"], 5), ([",,7,"], 7),
        (["Tue, 14 Nov 2023 22:13:30 GMT"], 10), (["Tue, 14 Nov 2023 22:13:30 GMT, 3"], 10),
        (["3, Tue, 14 Nov 2023 22:13:30 GMT"], 10), (["20, Tue, 14 Nov 2023 22:13:30 GMT, 1"], 20),
        (["Tue, 14 Nov 2023 22:13:30 GMT, Tue, 14 Nov 2023 22:13:40 GMT"], 20),
        (["Tuesday, 14-Nov-23 22:13:30 GMT, 2"], 10), (["Tue Nov 14 22:13:30 2023, 2"], 10),
        (["Tue, 14 Nov 2023 22:13:30 GMT", "1"], 10), (["1.5, 0.5"], 1.5),
    ]

    @Test(arguments: severalLines)
    func ofSeveralTheLongerCounts(lines: [String], seconds: Double) {
        #expect(delay(lines.map { ("Retry-After", $0) }, status: 503) == seconds)
    }

    @Test func ofSeveralMillisecondsTheLongerCounts() {
        #expect(delay([("retry-after-ms", "100"), ("retry-after-ms", "2000, 300")]) == 2)
        #expect(
            delay([("x-ratelimit-remaining", "5"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1, 9")]) == 9
        )
    }

    @Test func manyMembersAreReadInTimeLinearInTheirText() {
        let many = String(repeating: "1,", count: 50_000) + "9"
        #expect(delay([("Retry-After", many)]) == 9)
    }

    /// GitHub's secondary limits.
    @Test func aForbiddenThatSaysWhenIsAThrottling() {
        let classifier = FailureClassifier(retryableStatuses: nil, heedsServer: true, custom: nil)
        let deaf = FailureClassifier(retryableStatuses: nil, heedsServer: false, custom: nil)
        let told = ClientResponse(status: 403, headers: [.retryAfter: "60"])
        #expect(classifier.classify(told) == .throttled)
        #expect(deaf.classify(told) == nil)
        #expect(classifier.classify(ClientResponse(status: 403)) == nil)
        #expect(classifier.classify(ClientResponse(status: 403, headers: [.retryAfter: "soon"])) == nil)
        #expect(classifier.classify(ClientResponse(status: 404, headers: [.retryAfter: "60"])) == nil)
    }
}
