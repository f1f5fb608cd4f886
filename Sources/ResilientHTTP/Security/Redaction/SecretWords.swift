/// The words that mark a name as a whole segment of it: `X-Auth`, `x-sig`, `connect.sid` ….
///
/// A word is compared as one number: its last eight letters packed, beside its length.
enum SecretWords {
    /// By hash, with open addresses: one look for nearly every segment.
    private static let table: [UInt64] = {
        let words = [
            "auth", "sig", "hmac", "jwt", "dpop", "pwd", "pass", "sid", "session", "bearer", "assertion", "otp",
        ]
        var table = [UInt64](repeating: 0, count: 64)
        for letters in words.map({ Packed($0).letters }) {
            var place = slot(letters)
            while table[place] != 0 { place = (place + 1) & 63 }
            table[place] = letters
        }
        return table
    }()

    private static func slot(_ letters: UInt64) -> Int {
        Int(truncatingIfNeeded: (letters &* 0x9E37_79B9_7F4A_7C15) >> 58)
    }

    private static let key = Packed("key")
    private static let code = Packed("code")

    /// Whether a segment is one of the words.
    static func contains(_ letters: UInt64, _ count: Int) -> Bool {
        guard (3...9).contains(count) else { return false }
        var place = slot(letters)
        while table[place] != 0 {
            if table[place] == letters { return true }
            place = (place + 1) & 63
        }
        return false
    }

    /// Whether a segment is `key`.
    static func isKey(_ letters: UInt64, _ count: Int) -> Bool {
        count == key.count && letters == key.letters
    }

    /// Whether a segment is `code`.
    static func isCode(_ letters: UInt64, _ count: Int) -> Bool {
        count == code.count && letters == code.letters
    }

    /// A word as one number.
    struct Packed {
        let letters: UInt64
        let count: Int

        init(_ word: String) {
            letters = word.utf8.reduce(0) { $0 << 8 | UInt64($1) }
            count = word.utf8.count
        }
    }
}
