/// One range of bytes of a body (RFC 9110 §14.1.2).
enum ByteRange {
    /// The bytes that a `Range` field asks for, of so many; nil for what a cache leaves to the server: several ranges,
    /// other units, and ranges that the body does not have.
    static func bounds(_ field: String, count: Int) -> Range<Int>? {
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Grammar.lowercased(String(parts[0])) == "bytes" else { return nil }
        let ends = parts[1].trimmingOptionalWhitespace.split(
            separator: "-",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard ends.count == 2 else { return nil }
        let range: Range<Int>
        if ends[0].isEmpty {
            guard let length = number(ends[1]) else { return nil }
            range = max(0, count - length)..<count
        } else {
            guard let first = number(ends[0]), first < count else { return nil }
            guard !ends[1].isEmpty else { return first..<count }
            guard let last = number(ends[1]), last >= first else { return nil }
            range = first..<(min(last, count - 1) + 1)
        }
        return range.isEmpty ? nil : range
    }

    /// Digits and nothing else; too many of them mean the largest number.
    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return Int(text) ?? .max
    }
}
