import ResilientHTTP
import Testing

/// 2023-09-29T16:26:37Z.
private let now: Int64 = 1_696_004_797

@Suite("HTTP dates")
struct HTTPDateTests {
    @Test(
        "The three formats of RFC 9110 name the same moment",
        arguments: ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
    )
    func threeFormats(text: String) {
        #expect(HTTPDate.parse(text, now: now) == 784_111_777)
        #expect(HTTPDate.parse("[\(text)]".dropFirst().dropLast(), now: now) == 784_111_777)
    }

    @Test(
        "What is not exactly a date is refused",
        arguments: [
            "", " ", "Sun", "Sun,", "Zun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37", "0", "1696004797",
            "Sun, 06 Nov 1994 08:49:37 gmt", "SUN, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37.5 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
            "Sun, 06-Nov-1994 08:49:37 GMT", "Sunday, 06 Nov 1994 08:49:37 GMT", "Monsday, 06-Nov-94 08:49:37 GMT",
            "Sun, 06 Nov 100000 08:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
            "Sun, 06 Nov 1994 08.49.37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
            "Sun, 06 Nov 1994 08:49:60 GMT", "Sun, 06 Nov 1994 23:59:61 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 31 Nov 1994 08:49:37 GMT", "Mon, 30 Feb 2024 00:00:00 GMT", "Wed, 29 Feb 2023 00:00:00 GMT",
            "Thu, 29 Feb 1900 00:00:00 GMT", "Sun Nov 06 08:49:37 1994 GMT", "Sun Nov   6 08:49:37 1994",
            "Sun, ０6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT\0",
        ]
    )
    func refused(text: String) {
        #expect(HTTPDate.parse(text, now: now) == nil)
    }

    @Test("Leap days and the leap second are where they belong")
    func leaps() {
        #expect(HTTPDate.parse("Thu, 29 Feb 2024 00:00:00 GMT", now: now) == 1_709_164_800)
        #expect(HTTPDate.parse("Tue, 29 Feb 2000 00:00:00 GMT", now: now) == 951_782_400)
        #expect(HTTPDate.parse("Sat, 31 Dec 2016 23:59:60 GMT", now: now) == 1_483_228_800)
    }

    @Test("A wrong day name does not make a date invalid")
    func wrongDayName() {
        #expect(HTTPDate.parse("Mon, 06 Nov 1994 08:49:37 GMT", now: now) == 784_111_777)
    }

    @Test("A cache may ignore case, and nothing else", arguments: ["THU, 18 aug 2050 02:01:18 gMT"])
    func ignoringCase(text: String) {
        #expect(HTTPDate.parse(text, now: now) == nil)
        #expect(HTTPDate.parse(text, now: now, ignoringCase: true) == 2_544_400_878)
        #expect(HTTPDate.parse("Thu\u{0C} 18 Aug 2050 02:01:18 GMT", now: now, ignoringCase: true) == nil)
    }

    @Test(
        "A two-digit year is the latest that is at most 50 years ahead",
        arguments: [
            // Exactly 50 years ahead, and a second more; Monday is wrong in both centuries and so decides nothing.
            ("Monday, 29-Sep-73 16:26:37 GMT", "Fri, 29 Sep 2073 16:26:37 GMT"),
            ("Monday, 29-Sep-73 16:26:38 GMT", "Sat, 29 Sep 1973 16:26:38 GMT"),
            ("Thursday, 18-Aug-50 02:01:18 GMT", "Thu, 18 Aug 2050 02:01:18 GMT"),
            ("Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("Saturday, 01-Jan-00 00:00:00 GMT", "Sat, 01 Jan 2000 00:00:00 GMT"),
        ]
    )
    func twoDigitYears(text: String, expected: String) throws {
        let seconds = try #require(HTTPDate.parse(text, now: now))
        #expect(HTTPDate.format(seconds) == expected)
    }

    @Test("A day name that only the century before agrees with decides the century")
    func dayNameDecidesTheCentury() {
        // 2070 is less than 50 years ahead, but its first day is a Wednesday.
        #expect(HTTPDate.parse("Thursday, 01-Jan-70 00:00:00 GMT", now: now) == 0)
        #expect(HTTPDate.parse("Wednesday, 01-Jan-70 00:00:00 GMT", now: now) == 3_155_760_000)
        #expect(HTTPDate.parse("Friday, 01-Jan-70 00:00:00 GMT", now: now) == 3_155_760_000)
    }

    @Test("Formatting covers the years 0 to 9999 and nothing else")
    func formatting() {
        #expect(HTTPDate.format(-62_167_219_200) == "Sat, 01 Jan 0000 00:00:00 GMT")
        #expect(HTTPDate.format(253_402_300_799) == "Fri, 31 Dec 9999 23:59:59 GMT")
        #expect(HTTPDate.format(-62_167_219_201) == nil)
        #expect(HTTPDate.format(253_402_300_800) == nil)
        #expect(HTTPDate.format(.min) == nil)
        #expect(HTTPDate.format(.max) == nil)
    }

    @Test("What is formatted is parsed back to the same second")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let seconds = Int64.random(in: -62_167_219_200...253_402_300_799, using: &generator)
            let text = try #require(HTTPDate.format(seconds))
            #expect(HTTPDate.parse(text, now: now) == seconds)
        }
    }

    @Test("No bytes and no clock make it trap")
    func garbage() {
        var generator = SeededGenerator(seed: 2)
        let seeds = ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        for round in 0..<30_000 {
            var bytes = Array(seeds[round % 3].utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let text = String(decoding: bytes.prefix(.random(in: 0...40, using: &generator)), as: UTF8.self)
            let now = [Int64.min, -1, 0, 1_696_004_797, .max][round % 5]
            if let seconds = HTTPDate.parse(text, now: now, ignoringCase: round % 2 == 0) {
                #expect(-62_167_219_200...253_402_300_800 ~= seconds)
            }
        }
    }
}
