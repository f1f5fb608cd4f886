import Testing

@testable import ResilientHTTP

@Suite struct FreshnessTests {
    /// 1994-11-06T08:49:37Z.
    private let now: Int64 = 784_111_777
    private let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT"

    private func server(_ headers: HeaderFields) -> Int64? {
        let date = AnswerAge.date(of: headers, received: now)
        return Freshness.server(headers, CacheControl(headers), date: date, received: now)?.lifetime.components.seconds
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:47 GMT", 10), ("sun, 06 NOV 1994 08:49:47 gmt", 10),
        ("Sunday, 06-Nov-94 08:49:47 GMT", 10), ("Sun Nov  6 08:49:47 1994", 10),
        (" Sun, 06 Nov 1994 08:49:47 GMT ", 10),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
        // An invalid date is one that has passed (RFC 9111 §5.3).
        ("0", 0), ("", 0), ("-1", 0), ("tomorrow", 0), ("Sun, 06 Nov 1994 08:49:47 UTC", 0),
        ("Sun, 06 Nov 1994 8:49:47 GMT", 0), ("Sun, 31 Feb 2095 08:49:47 GMT", 0),
        ("Sun, 06 Nov 99999 08:49:47 GMT", 0),
        ("784111787", 0),
    ])
    func expiresCountsFromDate(expires: String, lifetime: Int64) {
        #expect(server(HeaderFields(lines: date, "Expires: \(expires)")) == lifetime)
    }

    @Test func maxAgeGoesBeforeExpiresAndTheFirstOfSeveralCounts() {
        let later = "Expires: Sun, 06 Nov 1994 09:49:37 GMT"
        #expect(server(HeaderFields(lines: date, later, "Cache-Control: max-age=1")) == 1)
        #expect(server(HeaderFields(lines: date, "Expires: 0", "Cache-Control: max-age=9")) == 9)
        #expect(server(HeaderFields(lines: date, "Expires: 0", later)) == 0)
        #expect(server(HeaderFields(lines: "Date: foo", later)) == 3600)
        #expect(server(HeaderFields(lines: "Date: Sun, 06 Nov 1994 09:00:00 GMT", later)) == 2977)
        #expect(server(HeaderFields(lines: date)) == nil)
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", nil, 2, 2), ("Sun, 06 Nov 1994 08:49:37 GMT", "30", 2, 32),
        // The clock says more than the field.
        ("Sun, 06 Nov 1994 08:48:37 GMT", "30", 2, 60), ("Sun, 06 Nov 1994 08:48:37 GMT", nil, 2, 60),
        // A clock that is ahead says nothing.
        ("Sun, 06 Nov 1994 08:50:37 GMT", "7", 0, 7), ("foo", nil, 0, 0), ("", "5", 0, 5),
        // Of a list the first counts; what is no number is ignored (RFC 9111 §5.1).
        ("foo", "0, 7200", 0, 0), ("foo", "7200, 0", 0, 7200), ("foo", "abc", 0, 0), ("foo", "-7200", 0, 0),
        ("foo", "7200.0", 0, 0), ("foo", "7200;a=b", 0, 0), ("foo", "\"7200\"", 0, 0), ("foo", "", 0, 0),
        ("foo", "99999999999999999999", 0, 2_147_483_648),
    ])
    func theInitialAgeIsTheGreatestThatAnybodySays(date: String, age: String?, delay: Int, initial: Int) {
        var headers = HeaderFields(lines: "Date: \(date)")
        if let age { headers.append(age, for: .age) }
        #expect(AnswerAge.initial(headers, received: now, delay: .seconds(delay)) == .seconds(initial))
    }

    @Test func ofSeveralAgesTheFirstLineCounts() {
        let headers = HeaderFields(lines: "Age: 5", "Age: 7")
        #expect(AnswerAge.initial(headers, received: now, delay: .seconds(-3)) == .seconds(5))
    }

    @Test func theGuessIsATenthOfTheTimeSinceTheLastChangeAndAtMostADay() {
        let configuration = CacheConfiguration()
        func guess(_ modified: String, _ configuration: CacheConfiguration) -> Duration? {
            let headers = HeaderFields(lines: "Last-Modified: \(modified)")
            return Freshness.heuristic(headers, date: now, received: now, configuration)?.lifetime
        }
        #expect(guess("Sun, 06 Nov 1994 08:48:57 GMT", configuration) == .seconds(4))
        #expect(guess("Sun, 06 Nov 1904 08:48:57 GMT", configuration) == .seconds(86_400))
        #expect(guess("Sun, 06 Nov 1994 08:49:37 GMT", configuration) == nil)
        #expect(guess("Sun, 06 Nov 1995 08:49:37 GMT", configuration) == nil)
        #expect(guess("yesterday", configuration) == nil)
        var own = configuration
        own.heuristicFraction = 0.5
        own.heuristicLimit = .seconds(15)
        #expect(guess("Sun, 06 Nov 1994 08:49:17 GMT", own) == .seconds(10))
        #expect(guess("Sun, 06 Nov 1994 08:48:57 GMT", own) == .seconds(15))
        own.heuristicFraction = 0
        #expect(guess("Sun, 06 Nov 1994 08:48:57 GMT", own) == nil)
    }
}
