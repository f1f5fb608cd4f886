/// The text of a `Location`, made into what a URI may contain (RFC 9110 §10.2.2, RFC 3986 §2).
///
/// Servers send blanks, letters of other alphabets and braces there as they are, and every browser follows them.
enum LocationText {
    /// The text with each byte percent-encoded that is outside ASCII or that RFC 3986 has no place for, without white
    /// space at its ends. A `%` is left alone, what is encoded already stays as it is.
    ///
    /// Nil for a control character and for a backslash: clients disagree on what they mean, so neither is repaired.
    static func encoded(_ text: String) -> String? {
        let text = text.trimmingOptionalWhitespace
        if Grammar.isURLText(text) { return String(text) }
        var encoded: [UInt8] = []
        for byte in bytes(of: text) {
            switch byte {
            case 0...0x1F, 0x7F, UInt8(ascii: "\\"):
                return nil
            case UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "^"),
                UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), 0x80...:
                encoded += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)]
            default:
                encoded.append(byte)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The bytes that were sent. A library may have read them as ISO 8859-1: then each character is one of them, and
    /// together they are UTF-8.
    private static func bytes(of text: Substring) -> [UInt8] {
        var received: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else { return Array(text.utf8) }
            received.append(byte)
        }
        return String(validating: received, as: UTF8.self) == nil ? Array(text.utf8) : received
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
