import Foundation
import ResilientHTTP
import Testing

@Suite("Structured fields against the test suite of the HTTP working group", .oracles)
struct StructuredFieldOracleTests {
    private static let files = [
        "binary", "boolean", "date", "dictionary", "display-string", "examples", "item", "list", "number", "param-dict",
        "param-list", "string", "token",
    ]

    @Test("Parsing", arguments: Self.files)
    func parsing(_ name: String) throws {
        let folder = try #require(Oracles.folder)
        let data = try Data(contentsOf: folder.appendingPathComponent("sfv/\(name).json"))
        let cases = try JSONDecoder().decode([Case].self, from: data)
        #expect(!cases.isEmpty)
        for one in cases {
            let parsed = parse(one)
            if one.must_fail == true {
                #expect(parsed == nil, "\(one.name)")
            } else if let parsed {
                #expect(parsed == one.expected, "\(one.name)")
            } else {
                #expect(one.can_fail == true, "\(one.name) is refused")
            }
        }
    }

    @Test("All thirteen files are there")
    func complete() throws {
        let folder = try #require(Oracles.folder).appendingPathComponent("sfv")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
        #expect(Set(files) == Set(Self.files.map { "\($0).json" }))
    }

    private struct Case: Decodable {
        let name: String
        let raw: [String]
        let header_type: String
        let expected: Node?
        let must_fail: Bool?
        let can_fail: Bool?
    }

    /// JSON as it stands in the files.
    private indirect enum Node: Decodable, Equatable {
        case bool(Bool)
        case number(Double)
        case text(String)
        case list([Node])
        case typed(String, Node)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else if let value = try? container.decode(String.self) {
                self = .text(value)
            } else if let value = try? container.decode([Node].self) {
                self = .list(value)
            } else {
                let object = try container.decode([String: Node].self)
                guard case .text(let type) = object["__type"], let value = object["value"] else {
                    throw DecodingError.dataCorruptedError(in: container, debugDescription: "no typed value")
                }
                self = .typed(type, value)
            }
        }
    }

    private func parse(_ one: Case) -> Node? {
        switch one.header_type {
        case "item": return StructuredField.item(one.raw).map(node)
        case "list": return StructuredField.list(one.raw).map { .list($0.map(node)) }
        default:
            return StructuredField.dictionary(one.raw).map { entries in
                .list(entries.map { .list([.text($0.key), node($0.member)]) })
            }
        }
    }

    private func node(_ member: StructuredField.Member) -> Node {
        switch member {
        case .item(let item): node(item)
        case .innerList(let items, let parameters): .list([.list(items.map(node)), node(parameters)])
        }
    }

    private func node(_ item: StructuredField.Item) -> Node {
        .list([node(item.value), node(item.parameters)])
    }

    private func node(_ parameters: StructuredField.Parameters) -> Node {
        .list(parameters.pairs.map { .list([.text($0.key), node($0.value)]) })
    }

    private func node(_ value: StructuredField.BareItem) -> Node {
        switch value {
        case .integer(let value): .number(Double(value))
        case .decimal(let thousandths): .number(Double(thousandths) / 1000)
        case .string(let text): .text(text)
        case .token(let text): .typed("token", .text(text))
        case .binary(let data): .typed("binary", .text(base32(data)))
        case .boolean(let value): .bool(value)
        case .date(let seconds): .typed("date", .number(Double(seconds)))
        case .displayString(let text): .typed("displaystring", .text(text))
        }
    }

    /// RFC 4648 §6, in which the files write bytes.
    private func base32(_ data: Data) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (bits, count, text) = (0, 0, "")
        for byte in data {
            (bits, count) = (bits << 8 | Int(byte), count + 8)
            while count >= 5 {
                text.append(alphabet[bits >> (count - 5) & 31])
                count -= 5
            }
            bits &= 0xFFF
        }
        if count > 0 { text.append(alphabet[bits << (5 - count) & 31]) }
        return text + String(repeating: "=", count: (8 - text.count % 8) % 8)
    }
}

@Suite struct StructuredFieldTests {
    @Test func numbersKeepTheirKind() {
        #expect(StructuredField.item(["1.0"])?.value == .decimal(thousandths: 1000))
        #expect(StructuredField.item(["1"])?.value == .integer(1))
        #expect(StructuredField.item(["-1.5"])?.value.wholeNumber == -2)
        #expect(StructuredField.item(["1.999"])?.value.wholeNumber == 1)
    }

    @Test func whatIsTooLongIsRefused() {
        let long = Array(repeating: "a", count: 40_000).joined(separator: ", ")
        #expect(StructuredField.list([long]) == nil)
        #expect(StructuredField.list([]) == [])
        #expect(StructuredField.item([]) == nil)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func noBytesMakeItTrap(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("\"\\:;=,()?@%*-.0123456789abzAZ +/\t\u{7F}é")
        for _ in 0..<50 {
            let text = String(
                (0..<Int.random(in: 0...24, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }
            )
            _ = StructuredField.item([text])
            _ = StructuredField.dictionary([text])
            if let list = StructuredField.list([text]), !text.allSatisfy({ $0 == " " }) { #expect(!list.isEmpty) }
        }
    }
}
