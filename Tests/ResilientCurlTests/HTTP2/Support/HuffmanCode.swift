#if os(Linux)
/// The code of header texts (RFC 7541, appendix B), as far as printable ASCII needs it.
///
/// It is canonical: the codes of one length are consecutive numbers, and the first of a length follows from the last of
/// the length before. So the symbols by length say everything. What has 19 bits and more is in no text of ours.
enum HuffmanCode {
    private static let symbols: [Int: [UInt8]] = [
        5: "012aceiost", 6: " %-./3456789=A_bdfghlmnpru", 7: ":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz", 8: "&*,;XZ",
        10: "!\"()?", 11: "'+|", 12: "#>", 13: "\0$@[]~", 14: "^}", 15: "<`{",
    ].mapValues { Array($0.utf8) }

    private static let longest = 15

    /// By length: the first code, and what it and those after it stand for.
    private static let rows: [(first: Int, symbols: [UInt8])] = (0...longest).reduce(into: []) { rows, length in
        let first = rows.last.map { ($0.first + $0.symbols.count) << 1 } ?? 0
        rows.append((first, symbols[length] ?? []))
    }

    /// Nil for what is no text of this code.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        var (text, code, length): ([UInt8], Int, Int) = ([], 0, 0)
        for byte in bytes {
            for shift in stride(from: 7, through: 0, by: -1) {
                code = code << 1 | Int(byte >> shift & 1)
                length += 1
                guard length <= longest else { return nil }
                let row = rows[length]
                guard code >= row.first, code - row.first < row.symbols.count else { continue }
                text.append(row.symbols[code - row.first])
                (code, length) = (0, 0)
            }
        }
        // Filled up with ones.
        return length < 8 && code == 1 << length - 1 ? String(decoding: text, as: UTF8.self) : nil
    }
}
#endif
