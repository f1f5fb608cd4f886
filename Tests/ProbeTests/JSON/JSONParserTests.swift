import Foundation
import Testing

@testable import Probe

@Suite struct JSONParserTests {
    private func line(_ text: String) -> JSONParser.Line {
        JSONParser.line(Array(text.utf8))
    }

    @Test(arguments: [
        "null", "true", "false", "0", "-0.5e+10", "123456789012345678901234567890", "1e400", "\"\"", "[]", "{}",
        "[1,[2,{\"a\":null}]]", "{\"b\":1,\"a\":[]}", "\"\\u0001 \\\"\\\\ ü 𝄞\"",
    ])
    func aValueIsWrittenAsItWasRead(_ text: String) throws {
        #expect(try line(text).value.get().text == text)
    }

    @Test func escapesMeanTheirCharacters() throws {
        let value = try line(#""\u0041\n\/\ud834\udd1e\u00fc""#).value.get()
        #expect(value == .string("A\n/𝄞ü"))
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "truex", "01", "1.", "1e", "+1", ".5", "-", "NaN", "Infinity", "'a'", "\"", "\"a",
        "\"\\x\"",
        "\"\\u12\"", "[1,]", "[1 2]", "[", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "{\"a\":1", "1 2", "{}x",
        "\"\t\"",
        "\"\u{0}\"", "\u{0}", "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "/**/1",
    ])
    func whatIsNotJSONIsRefused(_ text: String) {
        #expect(throws: (any Error).self) { try line(text).value.get() }
    }

    @Test func bytesThatAreNotTextAreRefused() {
        for bytes: [UInt8] in [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC3],
        ] {
            #expect(throws: (any Error).self) { try JSONParser.line(bytes).value.get() }
        }
    }

    @Test func aByteOrderMarkIsSkipped() throws {
        #expect(try JSONParser.line([0xEF, 0xBB, 0xBF, 0x31]).value.get() == .number("1"))
    }

    @Test(arguments: [
        "1", "1.0", "-1e400", "\"a\\u0062\"", "null", "[1, {\"b\":  2}]", "\"\\ud800\"",
        "123456789012345678901234567890",
    ])
    func theIdIsGivenBackAsItCame(_ id: String) throws {
        let line = line("{\"op\":\"x\", \"id\" : \(id) }")
        #expect(line.id == id)
        _ = try line.value.get()
    }

    @Test func theIdIsKnownEvenOfALineThatBreaksOffBehindIt() {
        #expect(line("{\"id\":7,\"url\":").id == "7")
        #expect(line("{\"id\":7,\"url\":\"\\ud800\"}").id == "7")
        #expect(throws: (any Error).self) { try line("{\"id\":7,\"url\":\"\\ud800\"}").value.get() }
        #expect(line("{\"url\":}").id == "null")
        #expect(line("{\"a\":{\"id\":7}}").id == "null")
        #expect(line("{\"\\u0069d\":7}").id == "7")
    }

    @Test func aCarriageReturnInTheIdDoesNotEndALine() {
        #expect(line("{\"id\":[1,\r2]}").id == "[1, 2]")
    }

    @Test func depthIsBounded() throws {
        let limit = JSONParser.depthLimit
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        _ = try line(nested(limit)).value.get()
        #expect(throws: (any Error).self) { try line(nested(limit + 2)).value.get() }
        #expect(throws: (any Error).self) { try line(String(repeating: "{\"a\":", count: 100_000)).value.get() }
    }

    @Test func numbersAreEqualByValueAndKeysInAnyOrder() throws {
        #expect(try line("{\"a\":1,\"b\":2.0}").value.get() == line("{\"b\":2,\"a\":1.0}").value.get())
        #expect(try line("{\"a\":1}").value.get() != line("{\"a\":1,\"b\":2}").value.get())
    }

    @Test func anObjectIsLaidOverAnotherKeyByKey() throws {
        let base = try line(#"{"a":{"x":1,"y":2},"b":{"kind":"p","n":1}}"#).value.get()
        let overlay = try line(#"{"a":{"y":3},"b":{"kind":"q"},"c":null}"#).value.get()
        #expect(base.overlaid(by: overlay).text == #"{"a":{"x":1,"y":3},"b":{"kind":"q"},"c":null}"#)
    }
}
