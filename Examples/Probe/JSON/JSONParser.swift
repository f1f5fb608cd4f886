import ResilientHTTP

/// Reads one line of JSON (RFC 8259) strictly: hostile lines are this program's daily bread.
///
/// Beside the value it gives the exact text of the top level's `id`, so that an answer can be matched whatever the
/// id is, and as far as possible also when the rest of the line is unusable.
struct JSONParser {
    /// Containers inside one another. Beyond this the line is refused, not the stack overflown.
    static let depthLimit = 512

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    /// The top level's id as it was written; nil until it has been read.
    private var id: String?
    private var loneSurrogate: Int?

    /// A line that has been read.
    struct Line {
        /// The text of the id, `null` without one.
        let id: String
        let value: Result<JSON, ResilientError>
    }

    /// Reads a whole line.
    static func line(_ bytes: [UInt8]) -> Line {
        bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(bytes: buffer)
            do throws(ResilientError) {
                let value = try parser.whole()
                return Line(id: parser.id ?? "null", value: .success(value))
            } catch {
                return Line(id: parser.id ?? "null", value: .failure(error))
            }
        }
    }

    /// Whether a line has nothing on it.
    static func isBlank(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(bytes: buffer)
            parser.skipMark()
            parser.skipSpace()
            return parser.position == buffer.count
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private mutating func whole() throws(ResilientError) -> JSON {
        skipMark()
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw problem("something follows the value") }
        if let loneSurrogate { throw problem("a surrogate stands alone, which is no text", at: loneSurrogate) }
        return value
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Skips a byte order mark.
    private mutating func skipMark() {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A { position += 1 }
    }

    private func problem(_ text: String, at position: Int? = nil) -> ResilientError {
        .line("this is not JSON: \(text), at byte \(position ?? self.position)")
    }

    private mutating func value(depth: Int) throws(ResilientError) -> JSON {
        guard depth <= Self.depthLimit else { throw problem("more than \(Self.depthLimit) levels") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return .number(try number())
        case nil: throw problem("it ends too early")
        default: throw problem("unexpected byte")
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSON) throws(ResilientError) -> JSON {
        let end = position + text.utf8CodeUnitCount
        let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard end <= bytes.count, bytes[position..<end].elementsEqual(expected) else {
            throw problem("unexpected byte")
        }
        position = end
        return value
    }

    // MARK: - Containers

    private mutating func object(depth: Int) throws(ResilientError) -> [JSON.Member] {
        var members: [JSON.Member] = []
        var names: Set<String> = []
        position += 1
        skipSpace()
        if next == UInt8(ascii: "}") {
            position += 1
            return members
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw problem("expected a key") }
            let name = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw problem("expected a colon") }
            position += 1
            skipSpace()
            let start = position
            let surrogateBefore = loneSurrogate
            members.append(JSON.Member(name, try value(depth: depth + 1)))
            if depth == 0, name == "id" {
                id = text(start..<position)
                // It goes back as it came, whatever it means.
                loneSurrogate = surrogateBefore
            }
            guard names.insert(name).inserted else { throw problem("a key stands twice in an object") }
            guard try continues(until: UInt8(ascii: "}")) else { return members }
        }
    }

    private mutating func array(depth: Int) throws(ResilientError) -> [JSON] {
        var values: [JSON] = []
        position += 1
        skipSpace()
        if next == UInt8(ascii: "]") {
            position += 1
            return values
        }
        while true {
            values.append(try value(depth: depth + 1))
            guard try continues(until: UInt8(ascii: "]")) else { return values }
        }
    }

    /// Takes a comma, or the end of a container.
    private mutating func continues(until end: UInt8) throws(ResilientError) -> Bool {
        skipSpace()
        defer { position += 1 }
        if next == UInt8(ascii: ",") { return true }
        guard next == end else { throw problem("expected a comma or the end of the container") }
        return false
    }

    /// A piece of the line; carriage returns, which can only be white space, would end the line for some readers.
    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range].map { $0 == 0x0D ? 0x20 : $0 }, as: UTF8.self)
    }

    // MARK: - Numbers and strings

    private mutating func number() throws(ResilientError) -> String {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return text(start..<position)
    }

    private mutating func digits() throws(ResilientError) {
        let start = position
        while let byte = next, 0x30...0x39 ~= byte { position += 1 }
        guard position > start else { throw problem("expected a digit") }
    }

    private mutating func string() throws(ResilientError) -> String {
        position += 1
        let start = position
        // Most strings have no escape and are taken as they are.
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if next == UInt8(ascii: "\"") {
            position += 1
            return try validated(bytes[start..<position - 1], from: start)
        }
        var unescaped = Array(bytes[start..<position])
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try validated(unescaped[...], from: start)
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case 0x20...: unescaped.append(byte)
            default:
                position -= 1
                throw problem("a control character in a string")
            }
        }
        throw problem("a string does not end")
    }

    private func validated(_ utf8: some Sequence<UInt8>, from start: Int) throws(ResilientError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else { throw problem("not UTF-8", at: start) }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(ResilientError) {
        guard let byte = next else { throw problem("a string does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try scalar()).utf8)
        default:
            position -= 1
            throw problem("unknown escape")
        }
    }

    /// A `\u` escape, or two that are one character.
    private mutating func scalar() throws(ResilientError) -> Unicode.Scalar {
        let start = position
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, next == UInt8(ascii: "\\"), position + 1 < bytes.count,
            bytes[position + 1] == UInt8(ascii: "u")
        {
            let end = position
            position += 2
            let second = try hexadecimal()
            if 0xDC00...0xDFFF ~= second,
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
            position = end
        }
        loneSurrogate = loneSurrogate ?? start
        return "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(ResilientError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw problem("expected a hexadecimal digit")
            }
            value = value << 4 + UInt32(digit)
            position += 1
        }
        return value
    }
}
