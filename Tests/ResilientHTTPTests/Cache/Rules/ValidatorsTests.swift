import Testing

@testable import ResilientHTTP

@Suite struct ValidatorsTests {
    private let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    private let later = "Sun, 06 Nov 1994 09:00:00 GMT"

    @Test(arguments: [
        ("\"a\"", "\"a\"", true), ("\"a\"", "W/\"a\"", true), ("W/\"a\"", "\"a\"", true), ("W/\"a\"", "W/\"a\"", true),
        ("\"a\"", "\"b\"", false), ("\"a\"", "\"b\", \"a\", \"c\"", true), ("\"a\"", "\"b, \\\"a\\\"\"", false),
        ("\"a,b\"", "\"x\", \"a,b\"", true), ("\"a\"", "*", true), ("a", "a", true), ("\"a\"", "a", false),
        ("\"A\"", "\"a\"", false), ("\"a\"", "", false),
    ])
    func entityTagsAreComparedWeakly(kept: String, asked: String, holds: Bool) {
        let request = ClientRequest(url: .example(), headers: HeaderFields(lines: "If-None-Match: \(asked)"))
        #expect(Validators.satisfy(request, HeaderFields(lines: "ETag: \(kept)"), now: 0) == holds)
    }

    @Test func anEntityTagGoesBeforeADateAndNoTagMatchesNone() {
        let request = ClientRequest(
            url: .example(),
            headers: HeaderFields(lines: "If-None-Match: \"a\"", "If-Modified-Since: \(later)")
        )
        #expect(!Validators.satisfy(request, HeaderFields(lines: "Last-Modified: \(date)"), now: 0))
        #expect(Validators.satisfy(request, HeaderFields(lines: "ETag: \"a\"", "Last-Modified: \(later)"), now: 0))
    }

    @Test(arguments: [
        ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT", true),
        ("Last-Modified", "Sun, 06 Nov 1994 09:00:00 GMT", false),
        ("Last-Modified", "foo", false), ("Date", "Sun, 06 Nov 1994 08:49:37 GMT", true),
        ("Date", "Sun, 06 Nov 1994 09:00:00 GMT", false), ("X", "y", false),
    ])
    func aDateIsComparedWithTheLastChangeOrElseWithTheAnswers(name: String, value: String, holds: Bool) {
        let request = ClientRequest(url: .example(), headers: HeaderFields(lines: "If-Modified-Since: \(date)"))
        #expect(Validators.satisfy(request, HeaderFields(lines: "\(name): \(value)"), now: 0) == holds)
        let wrong = ClientRequest(url: .example(), headers: HeaderFields(lines: "If-Modified-Since: soon"))
        #expect(!Validators.satisfy(wrong, HeaderFields(lines: "\(name): \(value)"), now: 0))
    }

    @Test(arguments: [
        ("ETag: \"a\"", "ETag: \"a\"", true), ("ETag: \"b\"", "ETag: \"a\"", false),
        ("ETag: \"a\"", "ETag: W/\"a\"", false),
        ("ETag: W/\"a\"", "ETag: \"a\"", true), ("ETag: W/\"a\"", "ETag: W/\"b\"", false),
        ("ETag: \"a\"", "X: y", false),
        ("Last-Modified: x", "Last-Modified: x", true), ("Last-Modified: x", "Last-Modified: y", false),
        ("Last-Modified: x", "ETag: \"a\"", true), ("X: y", "ETag: \"a\"", true),
    ])
    func a304SpeaksOfWhatItNames(answer: String, kept: String, holds: Bool) {
        #expect(Validators.confirm(HeaderFields(lines: answer), HeaderFields(lines: kept)) == holds)
    }

    @Test(arguments: [
        ("ETag: 1", "ETag: 1", true), ("ETag: 1", "ETag: 2", false), ("ETag: 1", "X: y", false),
        ("X: y", "ETag: 1", nil),
        ("Content-Length: 5", "Content-Length: 5", true), ("Content-Length: 6", "Content-Length: 5", false),
        ("Last-Modified: 5", "Last-Modified: 5", true),
    ])
    func aHeadAgreesInAllThatItSays(head: String, kept: String, agrees: Bool?) {
        #expect(Validators.agree(HeaderFields(lines: head), HeaderFields(lines: kept)) == agrees)
    }

    @Test(arguments: [
        ("bytes=0-1", 0, 2), ("bytes=1-", 1, 10), ("bytes=-3", 7, 10), ("BYTES=9-9", 9, 10), ("bytes=5-99", 5, 10),
        ("bytes=-99", 0, 10), ("bytes=0-99999999999999999999", 0, 10), ("bytes= 2-3", 2, 4),
    ])
    func aRangeIsCutFromTheBody(field: String, start: Int, end: Int) {
        #expect(ByteRange.bounds(field, count: 10) == start..<end)
    }

    @Test(arguments: [
        "bytes=10-", "bytes=3-2", "bytes=0-1,3-4", "bytes", "bytes=", "bytes=-", "bytes=-0", "items=0-1", "bytes=a-b",
        "bytes=--1", "bytes=+1-2", "bytes=99999999999999999999-", "",
    ])
    func otherRangesAreLeftToTheServer(field: String) {
        #expect(ByteRange.bounds(field, count: 10) == nil)
        #expect(ByteRange.bounds(field, count: 0) == nil)
    }
}
