import Foundation

/// Reads the grammar of RFC 9651 §4.2 byte by byte, following its algorithms.
struct StructuredFieldReader {
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { position == bytes.count }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: Character) -> Bool {
        guard let next, next == byte.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func takeAny() throws -> UInt8 {
        guard let next else { throw Malformed() }
        position += 1
        return next
    }

    mutating func skipSpaces() {
        while next == 0x20 { position += 1 }
    }

    private mutating func skipOptionalWhitespace() {
        while next == 0x20 || next == 0x09 { position += 1 }
    }
}

// MARK: - Structures

extension StructuredFieldReader {
    mutating func list() throws -> [StructuredField.Member] {
        var members: [StructuredField.Member] = []
        while !isAtEnd {
            members.append(try member())
            guard try continues() else { break }
        }
        return members
    }

    mutating func dictionary() throws -> [StructuredField.Entry] {
        var entries: [StructuredField.Entry] = []
        var places: [String: Int] = [:]
        while !isAtEnd {
            let key = try key()
            let member =
                take("=")
                ? try member()
                : .item(StructuredField.Item(value: .boolean(true), parameters: try parameters()))
            if let place = places[key] {
                entries[place].member = member
            } else {
                places[key] = entries.count
                entries.append(StructuredField.Entry(key: key, member: member))
            }
            guard try continues() else { break }
        }
        return entries
    }

    /// Passes a comma; what follows it must not be the end.
    private mutating func continues() throws -> Bool {
        skipOptionalWhitespace()
        if isAtEnd { return false }
        guard take(",") else { throw Malformed() }
        skipOptionalWhitespace()
        if isAtEnd { throw Malformed() }
        return true
    }

    private mutating func member() throws -> StructuredField.Member {
        next == UInt8(ascii: "(") ? try innerList() : .item(try item())
    }

    private mutating func innerList() throws -> StructuredField.Member {
        guard take("(") else { throw Malformed() }
        var items: [StructuredField.Item] = []
        while true {
            skipSpaces()
            if take(")") { return .innerList(items, try parameters()) }
            items.append(try item())
            guard next == 0x20 || next == UInt8(ascii: ")") else { throw Malformed() }
        }
    }

    mutating func item() throws -> StructuredField.Item {
        StructuredField.Item(value: try bareItem(), parameters: try parameters())
    }

    private mutating func parameters() throws -> StructuredField.Parameters {
        var parameters = StructuredField.Parameters()
        while take(";") {
            skipSpaces()
            let key = try key()
            parameters.set(key, take("=") ? try bareItem() : .boolean(true))
        }
        return parameters
    }

    private mutating func key() throws -> String {
        guard let first = next, Self.isLowercase(first) || first == UInt8(ascii: "*") else { throw Malformed() }
        return word { Self.isLowercase($0) || Self.isDigit($0) || "_-.*".utf8.contains($0) }
    }

    private mutating func word(_ belongs: (UInt8) -> Bool) -> String {
        let start = position
        while let next, belongs(next) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isLowercase(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte }
    private static func isUppercase(_ byte: UInt8) -> Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte }
    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}

// MARK: - Bare items

extension StructuredFieldReader {
    private mutating func bareItem() throws -> StructuredField.BareItem {
        guard let next else { throw Malformed() }
        switch next {
        case UInt8(ascii: "-"),
            _ where Self.isDigit(next):
            return try number()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: ":"): return .binary(try binary())
        case UInt8(ascii: "?"): return .boolean(try boolean())
        case UInt8(ascii: "@"): return .date(try date())
        case UInt8(ascii: "%"): return .displayString(try displayString())
        case UInt8(ascii: "*"),
            _ where Self.isLowercase(next) || Self.isUppercase(next):
            return .token(
                word {
                    Self.isLowercase($0) || Self.isUppercase($0) || Self.isDigit($0)
                        || "!#$%&'*+-.^_`|~:/".utf8.contains($0)
                }
            )
        default: throw Malformed()
        }
    }

    private mutating func number() throws -> StructuredField.BareItem {
        let sign: Int64 = take("-") ? -1 : 1
        var value: Int64 = 0
        var (whole, fraction) = (0, 0)
        var isDecimal = false
        guard let first = next, Self.isDigit(first) else { throw Malformed() }
        while let byte = next {
            if Self.isDigit(byte) {
                if isDecimal { fraction += 1 } else { whole += 1 }
                // Fifteen digits, or twelve and three: both fit easily.
                guard isDecimal ? fraction <= 3 : whole <= 15 else { throw Malformed() }
                value = value * 10 + Int64(byte - 0x30)
            } else if byte == UInt8(ascii: "."), !isDecimal {
                guard whole <= 12 else { throw Malformed() }
                isDecimal = true
            } else {
                break
            }
            position += 1
        }
        guard isDecimal else { return .integer(sign * value) }
        guard fraction > 0 else { throw Malformed() }
        for _ in fraction..<3 { value *= 10 }
        return .decimal(thousandths: sign * value)
    }

    private mutating func string() throws -> String {
        guard take("\"") else { throw Malformed() }
        var text: [UInt8] = []
        while true {
            let byte = try takeAny()
            switch byte {
            case UInt8(ascii: "\\"):
                let escaped = try takeAny()
                guard escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") else { throw Malformed() }
                text.append(escaped)
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case 0x20...0x7E: text.append(byte)
            default: throw Malformed()
            }
        }
    }

    private mutating func binary() throws -> Data {
        guard take(":") else { throw Malformed() }
        var text = word {
            Self.isLowercase($0) || Self.isUppercase($0) || Self.isDigit($0) || "+/=".utf8.contains($0)
        }
        guard take(":") else { throw Malformed() }
        // Padding may be left out (§4.2.7), but if it is there it must end the text.
        let unpadded = text.prefix { $0 != "=" }
        guard text.dropFirst(unpadded.count).allSatisfy({ $0 == "=" }) else { throw Malformed() }
        text = unpadded + String(repeating: "=", count: (4 - unpadded.count % 4) % 4)
        guard let data = Data(base64Encoded: text) else { throw Malformed() }
        return data
    }

    private mutating func boolean() throws -> Bool {
        guard take("?") else { throw Malformed() }
        if take("1") { return true }
        if take("0") { return false }
        throw Malformed()
    }

    private mutating func date() throws -> Int64 {
        guard take("@"), case .integer(let seconds) = try number() else { throw Malformed() }
        return seconds
    }

    private mutating func displayString() throws -> String {
        guard take("%"), take("\"") else { throw Malformed() }
        var text: [UInt8] = []
        while true {
            let byte = try takeAny()
            switch byte {
            case UInt8(ascii: "%"):
                text.append(try hexDigit() << 4 | hexDigit())
            case UInt8(ascii: "\""):
                guard let decoded = String(validating: text, as: UTF8.self) else { throw Malformed() }
                return decoded
            case 0x20...0x7E: text.append(byte)
            default: throw Malformed()
            }
        }
    }

    /// Lower case only (§4.2.10).
    private mutating func hexDigit() throws -> UInt8 {
        let byte = try takeAny()
        if Self.isDigit(byte) { return byte - 0x30 }
        guard UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte else { throw Malformed() }
        return byte - UInt8(ascii: "a") + 10
    }
}
