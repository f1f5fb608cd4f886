#if os(Linux)
import ResilientHTTP

/// Where a body ends, as the fields of its head say (RFC 9112 §6.3).
///
/// What two recipients could read in two ways is refused: one of them would take the rest for the next response.
struct Framing {
    private static let comma: UInt8 = 0x2C

    /// The length that the head states; nil for none.
    private(set) var statedLength: Int?
    /// Whether the body comes in chunks, which count more than a length.
    private(set) var isChunked = false

    /// The length of the body; nil for none, or when the body comes in chunks.
    var length: Int? { isChunked ? nil : statedLength }

    /// Whether a recipient that knows less would see another end: the connection is then not used again (RFC 9112 §6.1).
    func isDoubtful(isHTTP10: Bool) -> Bool { isChunked && (isHTTP10 || statedLength != nil) }

    /// Reads a Content-Length. Several that are the same count as one. Returns what is wrong.
    mutating func addLength(_ value: UnsafeBufferPointer<UInt8>) -> String? {
        // Nearly all are one number.
        for part in value.split(separator: Self.comma, omittingEmptySubsequences: false) {
            guard let length = HeadReader.number(HeadReader.trimmed(part)) else {
                return "the response's Content-Length is not a length"
            }
            guard statedLength == nil || statedLength == length else {
                return "the response has two Content-Lengths that differ"
            }
            statedLength = length
        }
        return nil
    }

    /// Reads a Transfer-Encoding. Only chunks are understood, once: nothing else was asked for. Returns what is wrong.
    mutating func addCodings(_ value: UnsafeBufferPointer<UInt8>) -> String? {
        for part in value.split(separator: Self.comma) {
            let coding = Grammar.lowercased(HeadReader.text(HeadReader.trimmed(part)))
            switch coding {
            // Means nothing, and was once allowed.
            case "", "identity": continue
            case "chunked" where !isChunked: isChunked = true
            default: return "the response's Transfer-Encoding is other than chunked, once"
            }
        }
        return nil
    }
}
#endif
