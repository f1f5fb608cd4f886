/// A JSON value that keeps what Foundation's parsers lose: the text of its numbers and the order of its keys.
enum JSON: Sendable {
    case null
    case bool(Bool)
    /// The number as it was written: `1e400` and a 30-digit integer are echoed, not rounded.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    struct Member: Sendable {
        let name: String
        let value: JSON

        init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    static func integer(_ value: some BinaryInteger) -> JSON {
        .number(String(value))
    }

    /// A number, null for what JSON has no number for. Whole numbers are written without a fraction.
    static func double(_ value: Double) -> JSON {
        guard value.isFinite else { return .null }
        if value.magnitude < 1e15, value == value.rounded() { return integer(Int64(value)) }
        return .number("\(value)")
    }

    /// A text, or null.
    static func optional(_ text: String?) -> JSON {
        text.map(JSON.string) ?? .null
    }

    /// What the value is, for messages about a wrong one.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The members of an object; nil for all else.
    var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The value of a key of an object.
    subscript(name: String) -> JSON? {
        members?.first { $0.name == name }?.value
    }
}

extension JSON: Equatable {
    /// Whether two values mean the same: keys in any order, numbers by value.
    static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.number(let left), .number(let right)): return left == right || Double(left) == Double(right)
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): return left == right
        case (.object(let left), .object(let right)):
            guard left.count == right.count else { return false }
            let values = Dictionary(right.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            return left.allSatisfy { values[$0.name] == $0.value }
        default: return false
        }
    }
}

extension JSON {
    /// The value with another one laid over it: objects key by key, all else replaced. An object that names a `kind`
    /// replaces, too, because the keys of one kind are unknown to another.
    func overlaid(by other: JSON) -> JSON {
        guard case .object(var members) = self, case .object(let overlay) = other, other["kind"] == nil else {
            return other
        }
        for member in overlay {
            if let index = members.firstIndex(where: { $0.name == member.name }) {
                members[index] = Member(member.name, members[index].value.overlaid(by: member.value))
            } else {
                members.append(member)
            }
        }
        return .object(members)
    }
}
