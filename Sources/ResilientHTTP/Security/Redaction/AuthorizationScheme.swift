/// The names of authorization schemes behind which credentials stand (RFC 9110 §11.4), and what vendors made of them.
enum AuthorizationScheme {
    /// Behind these anything that could be a credential is one.
    private static let certain = ["bearer", "basic", "digest", "negotiate", "apikey", "ssws"]
        .map { SecretWords.Packed($0) }
    /// These are words of every text: only what looks like a credential is one.
    private static let common = ["token", "oauth"].map { SecretWords.Packed($0) }
    /// Words after the name of a scheme that are no credential.
    private static let words: Set<String> = [
        "token", "tokens", "auth", "authentication", "authorization", "scheme", "credential", "credentials", "realm",
    ]

    /// The fewest characters of a credential behind a word, if the word names a scheme.
    static func isNamed(_ word: (letters: UInt64, count: Int)) -> Certainty? {
        if certain.contains(where: { $0.letters == word.letters && $0.count == word.count }) { return .certain }
        if common.contains(where: { $0.letters == word.letters && $0.count == word.count }) { return .common }
        return nil
    }

    /// Whether a text is the name of a scheme.
    static func isName(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard (4...9).contains(text.count) else { return false }
        return isNamed((text.reduce(0) { $0 << 8 | UInt64($1 | 0x20) }, text.count)) != nil
    }

    /// Whether what stands behind the name of a scheme is a credential.
    static func isCredential(_ text: UnsafeBufferPointer<UInt8>, _ certainty: Certainty) -> Bool {
        switch certainty {
        case .certain:
            guard text.count >= 4 else { return false }
            let isLetter = { (byte: UInt8) in (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
            let word = text.prefix { isLetter($0) }
            guard word.count <= 14 else { return true }
            return !words.contains(Grammar.lowercased(String(decoding: word, as: UTF8.self)))
        case .common:
            let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
            return text.count >= 20 || text.count >= 8 && text.contains(where: isDigit)
        }
    }

    /// How sure it is that a credential follows.
    enum Certainty {
        case certain
        case common
    }
}
