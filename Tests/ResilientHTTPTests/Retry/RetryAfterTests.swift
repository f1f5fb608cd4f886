import ResilientHTTP
import Testing

/// 2023-09-29T16:26:37Z.
private let now: Int64 = 1_696_004_797

@Suite("Retry-After")
struct RetryAfterTests {
    @Test(
        "Digits are a delay in seconds, with white space around them",
        arguments: [("0", 0), ("20", 20), ("007", 7), (" 20\t", 20), ("000000000000000000000000000120", 120)]
    )
    func digits(value: String, seconds: Int64) {
        #expect(RetryAfter(value, now: now) == .delay(.seconds(seconds)))
    }

    @Test(
        "All that RFC 9110 does not name is no hint",
        arguments: [
            "", " ", "-1", "+1", "-0", "1.5", "1.", ".5", "1e3", "0x10", "inf", "nan", "NaN", "infinity", "1 0",
            "10, 20", "10;", "10s", "١٢", "1\u{301}", "\u{A0}10", "10\0", "Fri, 29 Sep 2023", "2023-09-29T16:26:57Z",
        ]
    )
    func invalid(value: String) {
        #expect(RetryAfter(value, now: now) == nil)
    }

    @Test(
        "A number too large to hold is the longest delay, not an error",
        arguments: ["1000000001", "9223372036854775808", String(repeating: "9", count: 10_000)]
    )
    func clamped(value: String) {
        #expect(RetryAfter(value, now: now) == .delay(RetryAfter.maximumDelay))
        #expect(RetryAfter.seconds(value) == .delay(RetryAfter.maximumDelay))
        #expect(RetryAfter.milliseconds(value + "000") == .delay(RetryAfter.maximumDelay))
    }

    @Test("A date waits until its moment and never less than nothing")
    func dates() {
        let hint = RetryAfter(" Fri, 29 Sep 2023 16:26:57 GMT ", now: now)
        #expect(hint == .date(unixSeconds: now + 20))
        #expect(hint?.delay(now: now) == .seconds(20))
        #expect(hint?.delay(now: .milliseconds(now * 1000 + 250)) == .milliseconds(19_750))
        #expect(hint?.delay(now: now + 21) == .zero)
        #expect(RetryAfter("Sunday, 06-Nov-94 08:49:37 GMT", now: now) == .date(unixSeconds: 784_111_777))
        #expect(RetryAfter("Sun Nov  6 08:49:37 1994", now: now)?.delay(now: now) == .zero)
    }

    @Test("Delays stay between nothing and the longest, whoever made the value")
    func bounds() {
        #expect(RetryAfter.delay(.seconds(-5)).delay(now: now) == .zero)
        #expect(RetryAfter.delay(.seconds(Int64.max)).delay(now: now) == RetryAfter.maximumDelay)
        #expect(RetryAfter.date(unixSeconds: .max).delay(now: .min) == RetryAfter.maximumDelay)
        #expect(RetryAfter.date(unixSeconds: .min).delay(now: .max) == .zero)
    }

    @Test(
        "Milliseconds and the lenient seconds may have a fraction",
        arguments: [("1.5", 1500), ("0", 0), ("250", 250_000), (" 0.25 ", 250), ("12.0000000000000000000001", 12_000)]
    )
    func fractions(value: String, thousandths: Int64) {
        #expect(RetryAfter.seconds(value) == .delay(.milliseconds(thousandths)))
        #expect(RetryAfter.milliseconds(value) == .delay(.microseconds(thousandths)))
    }

    @Test(
        "Neither takes a sign, an exponent, a date or a point without digits around it",
        arguments: ["", "-1", "+1", "1.", ".5", ".", "1.2.3", "1e3", "inf", "nan", "1,5", "Sun Nov  6 08:49:37 1994"]
    )
    func invalidFractions(value: String) {
        #expect(RetryAfter.seconds(value) == nil)
        #expect(RetryAfter.milliseconds(value) == nil)
    }
}
