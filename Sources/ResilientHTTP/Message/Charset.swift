import Foundation

/// Reads a body's text by the `charset` of its `Content-Type` (RFC 9110 §8.3.2).
enum Charset {
    /// The names that the web uses, in lower case, as IANA registers them.
    private static let encodings: [String: String.Encoding] = [
        "us-ascii": .isoLatin1, "ascii": .isoLatin1, "iso-8859-1": .isoLatin1, "latin1": .isoLatin1,
        "iso_8859-1": .isoLatin1, "iso-8859-2": .isoLatin2, "latin2": .isoLatin2,
        "windows-1250": .windowsCP1250, "windows-1251": .windowsCP1251, "windows-1252": .windowsCP1252,
        "cp1252": .windowsCP1252, "windows-1253": .windowsCP1253, "windows-1254": .windowsCP1254,
        "utf-16": .utf16BigEndian, "utf-16be": .utf16BigEndian, "utf-16le": .utf16LittleEndian,
        "utf-32": .utf32BigEndian, "utf-32be": .utf32BigEndian, "utf-32le": .utf32LittleEndian,
        "shift_jis": .shiftJIS, "sjis": .shiftJIS, "euc-jp": .japaneseEUC, "iso-2022-jp": .iso2022JP,
        "macintosh": .macOSRoman,
    ]

    /// The text. A byte order mark goes before the field and is no part of it (RFC 3629 §6); what is in an unknown
    /// charset, or not in the one that it claims, is read as UTF-8 with invalid bytes replaced.
    static func text(_ data: Data, contentType: String?) -> String {
        if data.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: data.dropFirst(3), as: UTF8.self) }
        guard let name = contentType.flatMap({ charset(in: $0) }) else { return String(decoding: data, as: UTF8.self) }
        guard var encoding = encodings[name] else { return String(decoding: data, as: UTF8.self) }
        var data = data
        if name == "utf-16" || name == "utf-16le" || name == "utf-16be" {
            if data.starts(with: [0xFF, 0xFE]) { (encoding, data) = (.utf16LittleEndian, data.dropFirst(2)) }
            if data.starts(with: [0xFE, 0xFF]) { (encoding, data) = (.utf16BigEndian, data.dropFirst(2)) }
        }
        return String(data: Data(data), encoding: encoding) ?? String(decoding: data, as: UTF8.self)
    }

    /// The value of the parameter `charset`, in lower case and without quotation marks; nil for none.
    private static func charset(in contentType: String) -> String? {
        for part in contentType.split(separator: ";").dropFirst() {
            let halves = part.split(separator: "=", maxSplits: 1)
            guard halves.count == 2 else { continue }
            let name = Grammar.lowercased(String(halves[0].trimmingOptionalWhitespace))
            guard name == "charset" else { continue }
            let value = halves[1].trimmingOptionalWhitespace
            return Grammar.lowercased(value.filter { $0 != "\"" && $0 != "'" })
        }
        return nil
    }
}
