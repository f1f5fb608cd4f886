import Testing

@testable import ResilientHTTP

@Suite struct FieldListTests {
    @Test(arguments: [
        ("a", ["a"]), ("a,b", ["a", "b"]), (" a ,\tb ", ["a", "b"]), ("", []), (", ,,", []), ("a,,b", ["a", "b"]),
        (#""a,b",c"#, [#""a,b""#, "c"]), (#"x="a, b", c"#, [#"x="a, b""#, "c"]),
        (#""a\",b",c"#, [#""a\",b""#, "c"]),
        // Never closed: an ordinary character.
        (#"a="b, no-store"#, [#"a="b"#, "no-store"]), (#"",""#, [#"",""#]), (#"a",b"#, [#"a""#, "b"]),
        (#""a\"#, [#""a\"#]),
    ])
    func membersAreSplitAtCommasOutsideOfQuotes(text: String, members: [String]) {
        #expect(FieldList.members(text).map(String.init) == members)
    }

    @Test func manyQuotesCostNoMoreThanTheirLength() {
        // A quotation mark without an end is looked for once, not once for every quotation mark.
        let text = String(repeating: #"\""#, count: 100_000)
        #expect(FieldList.members(#"""# + text).count == 1)
        #expect(FieldList.members(text + ",a").count == 2)
    }

    @Test(arguments: [
        ("a", "a"), (#""a""#, "a"), (#""a\"b""#, #"a"b"#), (#""a\\""#, #"a\"#), (#""""#, ""), (#""a"#, nil),
        (#""a"b"#, nil), (#"""#, nil),
    ])
    func aQuotedStringIsWhatStandsInIt(text: String, value: String?) {
        #expect(FieldList.unquoted(Substring(text)) == value)
    }
}
