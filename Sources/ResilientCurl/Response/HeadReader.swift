#if os(Linux)
import ResilientHTTP

/// Reads an answer's head, line by line as libcurl has it, into the fields of the answer.
///
/// Interim answers (1xx) are read over; what comes after the head are trailers, and kept apart.
struct HeadReader {
    /// What a line was.
    enum Line {
        case part
        /// The end of the head.
        case end
        /// What HTTP does not allow.
        case wrong(String)
        /// More than any head should have.
        case tooLarge(String)
    }

    private enum Phase {
        case statusLine, fields, body
    }

    /// The most bytes of a head, interim answers and trailers included, as in libcurl's newer versions.
    private static let limit = 300 << 10

    private(set) var status = 0
    private(set) var fields: [HeaderFields.Field] = []
    /// What came after the body.
    private(set) var trailers: [HeaderFields.Field] = []
    /// Where the body ends.
    private(set) var framing = Framing()
    /// Of HTTP/1, and there of the version that has no chunks.
    private(set) var isHTTP1 = false
    private(set) var isHTTP10 = false
    /// The encodings of the body in lower case, as the head lists them; empty for none.
    private(set) var contentEncoding = ""
    private var phase = Phase.statusLine
    /// Whether the last field is one that says where the body ends.
    private var isAfterFraming = false
    private var bytes = 0

    /// Whether anything of an answer has come, be it interim.
    var hasBegun: Bool { bytes > 0 }
    /// Whether the head is complete.
    var isComplete: Bool { phase == .body }

    mutating func read(_ line: UnsafeBufferPointer<UInt8>, _ names: NameTable) -> Line {
        bytes += line.count
        guard bytes <= Self.limit else {
            return .tooLarge("the response's header fields are over \(Self.limit) bytes")
        }
        var count = line.count
        while count > 0, line[count - 1] == 0x0A || line[count - 1] == 0x0D { count -= 1 }
        let text = UnsafeBufferPointer(rebasing: line[..<count])
        switch phase {
        case .body:
            return text.isEmpty ? .part : readField(text, names)
        case .statusLine:
            // Between two heads libcurl shows empty lines, too.
            return text.isEmpty ? .part : readStatus(text)
        case .fields:
            return text.isEmpty ? finish() : readField(text, names)
        }
    }

    /// Takes the fields out.
    mutating func takeFields() -> [HeaderFields.Field] {
        defer { fields = [] }
        return fields
    }

    // MARK: Lines

    /// `HTTP/1.1 200 OK`, or as libcurl writes it for HTTP/2: `HTTP/2 200`.
    private mutating func readStatus(_ line: UnsafeBufferPointer<UInt8>) -> Line {
        guard let space = line.firstIndex(of: 0x20), line.starts(with: "HTTP/".utf8) else {
            return .wrong("the answer has no status line")
        }
        let digits = line[(space + 1)...].drop { $0 == 0x20 }.prefix { $0 != 0x20 }
        guard digits.count == 3, let code = Self.number(digits), code >= 100 else {
            return .wrong("the answer's status is no number of three digits")
        }
        status = code
        fields.removeAll(keepingCapacity: true)
        fields.reserveCapacity(12)
        (isHTTP1, isHTTP10) = (line.starts(with: "HTTP/1.".utf8), line.starts(with: "HTTP/1.0".utf8))
        (framing, contentEncoding, isAfterFraming) = (Framing(), "", false)
        phase = .fields
        return .part
    }

    private mutating func readField(_ line: UnsafeBufferPointer<UInt8>, _ names: NameTable) -> Line {
        if Self.isBlank(line[0]) { return fold(line) }
        guard let colon = line.firstIndex(of: 0x3A) else { return .wrong("a header line of the answer has no colon") }
        // Blanks before the colon are forbidden, and a client may take them away (RFC 9112 §5.1).
        let name = Self.trimmed(line[..<colon])
        guard let entry = names.entry(name) else {
            return .wrong("a header line of the answer has no name that is a token")
        }
        let value = Self.trimmed(line[(colon + 1)...])
        guard phase == .fields else {
            trailers.append(HeaderFields.Field(name: entry.name, value: entry.value(value, Self.text)))
            return .part
        }
        isAfterFraming = entry.meaning == .contentLength || entry.meaning == .transferEncoding
        // Whoever does not take them away sees another end of the body.
        if isAfterFraming, name.count != colon { return .wrong("\(entry.name.rawName) has a blank before its colon") }
        switch entry.meaning {
        case .none: break
        case .contentLength:
            if let problem = framing.addLength(value) { return .wrong(problem) }
        case .transferEncoding:
            if let problem = framing.addCodings(value) { return .wrong(problem) }
        case .contentEncoding:
            contentEncoding += (contentEncoding.isEmpty ? "" : ",") + Grammar.lowercased(Self.text(value))
        }
        fields.append(HeaderFields.Field(name: entry.name, value: entry.value(value, Self.text)))
        return .part
    }

    /// A line that goes on with the one before it (obs-fold, RFC 9112 §5.2).
    private mutating func fold(_ line: UnsafeBufferPointer<UInt8>) -> Line {
        let more = " " + Self.text(Self.trimmed(line[...]))
        if let last = trailers.indices.last {
            trailers[last].value += more
        } else if phase == .fields, let last = fields.indices.last {
            if isAfterFraming { return .wrong("\(fields[last].name.rawName) goes on in a second line") }
            fields[last].value += more
        } else {
            return .wrong("the answer's first header line begins with a blank")
        }
        return .part
    }

    private mutating func finish() -> Line {
        switch status {
        case 101: return .wrong("the server switches to a protocol that nobody asked for")
        case 100..<200:
            phase = .statusLine
            return .part
        default:
            phase = .body
            return .end
        }
    }

    // MARK: Bytes

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    static func trimmed(_ part: Slice<UnsafeBufferPointer<UInt8>>) -> UnsafeBufferPointer<UInt8> {
        var part = part
        while let first = part.first, isBlank(first) { part.removeFirst() }
        while let last = part.last, isBlank(last) { part.removeLast() }
        return UnsafeBufferPointer(rebasing: part)
    }

    /// A value as text. What is not UTF-8 is taken for ISO 8859-1, as it was meant once (RFC 9110 §5.5), so that no
    /// byte is lost; a carriage return in a value is a blank (RFC 9112 §2.2).
    static func text(_ value: UnsafeBufferPointer<UInt8>) -> String {
        guard !value.contains(0x0D) else {
            return value.map { $0 == 0x0D ? 0x20 : $0 }.withUnsafeBufferPointer { text($0) }
        }
        // Nearly all are, and this is the way without generic calls.
        if value.allSatisfy({ $0 < 0x80 }) { return String(decoding: value, as: UTF8.self) }
        return String(validating: value, as: UTF8.self)
            ?? String(String.UnicodeScalarView(value.map { Unicode.Scalar($0) }))
    }

    /// Digits and nothing else, and no more than fit.
    static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard !digits.isEmpty else { return nil }
        var number = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.addingReportingOverflow(Int(digit - 0x30))
            if overflow || overflows { return nil }
            number = sum
        }
        return number
    }
}
#endif
