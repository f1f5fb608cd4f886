/// The character classes of RFC 9110 and RFC 3986 that every check in the package shares.
package enum Grammar {
    /// tchar, RFC 9110 §5.6.2.
    private static let tokenBytes = ByteSet(alphanumericsAnd: "!#$%&'*+-.^_`|~")
    /// Unreserved and reserved characters and the percent sign, RFC 3986 §2.
    private static let urlBytes = ByteSet(alphanumericsAnd: "-._~:/?#[]@!$&'()*+,;=%")
    /// RFC 3986 §2.3.
    private static let unreservedBytes = ByteSet(alphanumericsAnd: "-._~")

    /// A token, RFC 9110 §5.6.2: at least one tchar and nothing else.
    package static func isToken(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && tokenBytes.firstOther(in: text) == nil
    }

    /// Whether a field value may be sent, RFC 9110 §5.5: no control byte but a tab, no white space at either end.
    package static func isFieldValue(_ value: String) -> Bool {
        var value = value
        return value.withUTF8 { bytes in
            guard let first = bytes.first, let last = bytes.last else { return true }
            if isBlank(first) || isBlank(last) { return false }
            // Without a branch a byte, so that the compiler can look at many at once.
            var bad: UInt8 = 0
            for byte in bytes { bad |= (byte < 0x20 && byte != 0x09) || byte == 0x7F ? 1 : 0 }
            return bad == 0
        }
    }

    /// The first byte that may not stand in a URL as it is, RFC 3986 §2; a percent sign may.
    static func firstNonURLByte(in bytes: UnsafeBufferPointer<UInt8>) -> UInt8? {
        let allowed = urlBytes
        return bytes.first { !allowed.contains($0) }
    }

    /// Whether a byte is unreserved, RFC 3986 §2.3: the only ones that are left alone when a component is encoded.
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        unreservedBytes.contains(byte)
    }

    package static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default:
            false
        }
    }

    /// Lower case for ASCII only.
    package static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// Lower case for ASCII only; a text that is in lower case already is returned as it is, without a copy.
    package static func lowercased(_ text: String) -> String {
        let isUpper = { (byte: UInt8) in byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
        guard text.utf8.contains(where: isUpper) else { return text }
        return String(decoding: text.utf8.map { isUpper($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// Upper case for ASCII only: `ſ` does not become `S`.
    package static func uppercased(_ text: String) -> String {
        let isLower = { (byte: UInt8) in byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
        guard text.utf8.contains(where: isLower) else { return text }
        return String(decoding: text.utf8.map { isLower($0) ? $0 & 0xDF : $0 }, as: UTF8.self)
    }

    /// Whether a text can stand in a URL as it is: no byte that must be encoded, no broken escape. Foundation would
    /// repair it silently.
    package static func isURLText(_ text: some StringProtocol) -> Bool {
        text.withUTF8Bytes { firstNonURLByte(in: $0) == nil && hasValidEscapes($0) }
    }

    /// Whether every percent sign is followed by two hexadecimal digits.
    static func hasValidEscapes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // Most have none, and that is seen at once.
        guard bytes.contains(UInt8(ascii: "%")) else { return true }
        var needed = 0
        for byte in bytes {
            if needed > 0 {
                guard isHexDigit(byte) else { return false }
                needed -= 1
            } else if byte == UInt8(ascii: "%") {
                needed = 2
            }
        }
        return needed == 0
    }

    /// A text without line breaks and other control characters: they are shown as `\\u{a}`.
    package static func onOneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { line, scalar in
            if isControl(scalar) {
                line += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
    }

    /// C0, DEL, C1, and the separators that some viewers take for line breaks.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }
}
