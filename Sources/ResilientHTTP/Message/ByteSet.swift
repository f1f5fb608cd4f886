/// A set of ASCII characters as two words, so that asking for a byte is a shift and never a search: header fields and
/// URLs are checked byte by byte at every call.
package struct ByteSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// Letters, digits and the characters of `others`, all of which must be ASCII.
    package init(alphanumericsAnd others: StaticString) {
        let ranges: [ClosedRange<UInt8>] = [
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
        ]
        for byte in ranges.joined() { insert(byte) }
        others.withUTF8Buffer { for byte in $0 { insert(byte) } }
    }

    /// Bytes of ASCII; others are left out.
    package init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { insert(byte) }
    }

    private mutating func insert(_ byte: UInt8) {
        if byte < 64 {
            low |= 1 << UInt64(byte)
        } else if byte < 128 {
            high |= 1 << UInt64(byte - 64)
        }
    }

    package func contains(_ byte: UInt8) -> Bool {
        if byte < 64 { return low >> UInt64(byte) & 1 == 1 }
        return byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }

    /// The first byte of a text that is not in the set; nil when all are.
    package func firstOther(in text: some StringProtocol) -> UInt8? {
        text.withUTF8Bytes { bytes in
            for byte in bytes where !contains(byte) { return byte }
            return nil
        }
    }
}
