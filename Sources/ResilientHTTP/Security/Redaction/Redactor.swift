public import Foundation

/// Takes secrets out of every text that leaves: errors, explanations, logs.
///
/// Deny by default: what stands under a sensitive header name, query key or JSON key goes, and so does anything that
/// looks like a credential wherever it stands, and every secret that the redactor was told of. What is taken out is
/// replaced by `[redacted]`; where the end of a secret cannot be found, the rest of the text goes with it.
///
/// A text costs time in proportion to its length, whatever it holds, and no more than ``limit`` bytes of it are kept:
/// servers and users choose texts, too.
public struct Redactor: Sendable {
    /// The redactor that the package uses.
    public static let standard = Redactor()

    /// What stands in a secret's place.
    public static let mark = "[redacted]"

    /// The most bytes of a text that are kept by default: 65,536.
    public static let limit = 65_536

    private let known = KnownSecrets()

    /// Makes a redactor that knows the secrets that it is told of, and no others.
    public init() {}

    /// Keeps a secret out of every later text, whatever it looks like and wherever it stands, also percent-encoded.
    ///
    /// At least ``shortestSecret`` bytes: a shorter one would be found in ordinary words, and is ignored. The last
    /// 1,000 secrets are kept, at most 4,096 bytes of each.
    public func protect(_ secret: String) {
        known.add(secret)
    }

    /// The fewest bytes of a secret that is looked for: 6.
    public static let shortestSecret = 6

    /// Whether the values of a header field are secret.
    public func isSensitive(_ name: HeaderFields.Name) -> Bool {
        SensitiveNames.contains(name.canonicalName)
    }

    /// A URL without user info, fragment and the values of sensitive query keys.
    public func redact(_ url: URL) -> String {
        let text = url.absoluteString
        return clean(text.prefix { $0 != "#" }, limit: Self.limit, isURL: true)
    }

    /// A text without anything that looks like a credential, and of a text longer than `limit` bytes its beginning,
    /// with how much was left out.
    public func redact(_ text: String, limit: Int = Redactor.limit) -> String {
        clean(text, limit: limit, isURL: false)
    }

    private func clean(_ text: some StringProtocol, limit: Int, isURL: Bool) -> String {
        text.withUTF8Bytes { all in
            let end = Self.end(of: all, limit: limit)
            let bytes = UnsafeBufferPointer(rebasing: all[..<end])
            let rest = end == all.count ? "" : "… (\(all.count - end) more bytes)"
            let secrets = known.findings(in: bytes)
            guard secrets.isEmpty else {
                // By shape and name when the secrets are gone: they may stand in each other's way.
                var masked = Finding.replacing(secrets, in: bytes)
                return masked.withUTF8 { Self.scan($0, isURL: isURL) } + rest
            }
            return Self.scan(bytes, isURL: isURL) + rest
        }
    }

    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>, isURL: Bool) -> String {
        Finding.replacing(RedactionScanner.findings(in: bytes, isURL: isURL), in: bytes)
    }

    /// Where a text is cut: not within a word, because half a secret is known by nobody.
    private static func end(of text: UnsafeBufferPointer<UInt8>, limit: Int) -> Int {
        guard text.count > limit else { return text.count }
        var end = max(0, limit)
        let shortest = max(0, end - 4_096)
        while end > shortest, TextByte.kinds[Int(text[end - 1])] != .blank { end -= 1 }
        guard end == shortest else { return end }
        // One long word. A character is not cut, either.
        end = max(0, limit - 4_096)
        while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }
}
