import Foundation
import ResilientHTTP
import Testing

@Suite struct CharsetTests {
    @Test(
        arguments: [
            ("text/html; charset=ISO-8859-1", [0x63, 0x61, 0x66, 0xE9], "café"),
            ("text/html;Charset=\"iso-8859-1\"", [0xE9], "é"), ("text/plain; charset=windows-1252", [0x80], "€"),
            ("text/plain; charset=utf-8", [0xC3, 0xA9], "é"), ("text/plain; charset=UTF-16", [0, 0x61], "a"),
            ("text/plain; charset=utf-16", [0xFF, 0xFE, 0x61, 0], "a"),
            ("text/plain; charset=utf-16le", [0x61, 0], "a"), ("text/plain; charset=windows-1251", [0xE9], "й"),
            ("text/plain; charset=shift_jis", [0x83, 0x65], "テ"), ("text/plain", [0xC3, 0xA9], "é"),
            ("text/plain; charset=unheard-of", [0xC3, 0xA9, 0xFF], "é\u{FFFD}"),
            ("text/plain; charset=iso-8859-1", [0xEF, 0xBB, 0xBF, 0xC3, 0xA9], "é"),
            ("text/plain; charset=shift_jis", [0x61, 0xFF], "a\u{FFFD}"), ("; charset", [0x61], "a"),
        ] as [(String, [UInt8], String)]
    )
    func textIsReadByItsCharset(_ type: String, _ bytes: [UInt8], _ text: String) {
        let response = ClientResponse(status: 200, headers: [.contentType: type], body: .bytes(Data(bytes)))
        #expect(response.text == text)
    }
}
