/// Reads a name byte by byte and tells at its end whether it reads like the name of a secret.
///
/// Everything about a name is kept in a few words: what a byte costs depends neither on the bytes before it nor on how
/// many names are known.
struct NameReader {
    private let parts: SecretParts.Steps
    /// How much of a telling part has been read, as a state of the table.
    private var state = 0
    private var hasPart = false
    private var hasWord = false
    /// The letters of the segment since the last separator, the last eight of them.
    private var segment: UInt64 = 0
    private var segmentLength = 0
    private var lastSegmentIsKey = false
    private var isCode = false
    private var segments = 0

    init(_ parts: SecretParts.Steps) {
        self.parts = parts
    }

    /// How a whole name reads.
    static func look(of name: UnsafeBufferPointer<UInt8>) -> Look {
        SecretParts.table.withSteps { steps in
            var reader = NameReader(steps)
            for byte in name { reader.read(byte) }
            return reader.end()
        }
    }

    /// A new name begins. After a single blank the parts go on, so that `API key` is `apikey`.
    mutating func begin(continuing: Bool) {
        if !continuing { state = 0 }
        hasPart = false
        hasWord = false
        (segment, segmentLength, segments) = (0, 0, 0)
        (lastSegmentIsKey, isCode) = (false, false)
    }

    /// Reads a byte of a name: a letter, a digit, or one of the separators `-`, `_` and `.`.
    mutating func read(_ byte: UInt8) {
        let letter = byte | 0x20
        if letter >= UInt8(ascii: "a"), letter <= UInt8(ascii: "z") {
            state = parts.next(state, letter)
            if state >= parts.firstFinal { hasPart = true }
            segment = segment << 8 | UInt64(letter)
            segmentLength += 1
        } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            state = 0
            segment = segment << 8 | UInt64(byte)
            segmentLength += 1
        } else if segmentLength > 0 {
            endSegment()
        }
    }

    private mutating func endSegment() {
        segments += 1
        lastSegmentIsKey = SecretWords.isKey(segment, segmentLength)
        isCode = SecretWords.isCode(segment, segmentLength)
        if !lastSegmentIsKey, SecretWords.contains(segment, segmentLength) { hasWord = true }
        (segment, segmentLength) = (0, 0)
    }

    /// The name as a word without separators, packed as ``SecretWords`` has them; nil for any other name.
    var onlyWord: (letters: UInt64, count: Int)? {
        segments == 0 && segmentLength > 0 ? (segment, segmentLength) : nil
    }

    /// Ends the name and tells how it reads.
    mutating func end() -> Look {
        if segmentLength > 0 { endSegment() }
        if hasPart || hasWord { return .telling }
        if lastSegmentIsKey { return segments > 1 ? .telling : .short }
        return isCode && segments == 1 ? .short : .ordinary
    }

    /// How a name reads.
    enum Look {
        /// Like any name.
        case ordinary
        /// `key` or `code` alone, which is a secret's name in a query, and anybody's elsewhere.
        case short
        /// Like the name of a secret.
        case telling
    }
}
