/// The header fields of a message: ordered, case-insensitive by name, several values a name.
///
/// Fields keep the order and the spelling in which they were added. Nothing is checked or repaired here:
/// the validation stage and every transport refuse values that HTTP does not allow (RFC 9110 §5.5).
///
/// ```swift
/// var headers: HeaderFields = [.accept: "application/json"]
/// headers[.authorization] = "Bearer …"
/// headers.append("a=1", for: .cookie)
/// ```
public struct HeaderFields: Sendable, Hashable {
    /// One field line: a name and a value.
    public struct Field: Sendable, Hashable {
        /// The field's name.
        public var name: Name
        /// The field's value, without surrounding white space.
        public var value: String

        /// Makes a field line from a name and a value.
        public init(name: Name, value: String) {
            self.name = name
            self.value = value
        }
    }

    private var fields: [Field]

    /// Makes an empty list.
    public init() {
        fields = []
    }

    /// Makes a list from field lines, in their order.
    public init(_ fields: some Sequence<Field>) {
        self.fields = Array(fields)
    }

    /// The first value of a name, or nil. Setting replaces every value of that name; nil removes them.
    public subscript(name: Name) -> String? {
        get {
            for field in fields where field.name == name { return field.value }
            return nil
        }
        set {
            guard let newValue else {
                fields.removeAll { $0.name == name }
                return
            }
            guard let first = fields.firstIndex(where: { $0.name == name }) else {
                fields.append(Field(name: name, value: newValue))
                return
            }
            fields[first].value = newValue
            for index in fields.indices.reversed() where index > first && fields[index].name == name {
                fields.remove(at: index)
            }
        }
    }

    /// All values of a name, in order; empty when there is none.
    public subscript(values name: Name) -> [String] {
        fields.compactMap { $0.name == name ? $0.value : nil }
    }

    /// Whether there is at least one field of that name.
    public func contains(_ name: Name) -> Bool {
        fields.contains { $0.name == name }
    }

    /// Adds a field line at the end and keeps those of the same name.
    public mutating func append(_ value: String, for name: Name) {
        fields.append(Field(name: name, value: value))
    }

    /// Adds a field line at the end and keeps those of the same name.
    public mutating func append(_ field: Field) {
        fields.append(field)
    }

    /// Removes every field for which the predicate holds.
    public mutating func removeAll(where shouldRemove: (Field) throws -> Bool) rethrows {
        try fields.removeAll(where: shouldRemove)
    }

    /// Replaces, name by name, what is here by what is in `other`; names that are only here stay.
    public mutating func merge(_ other: HeaderFields) {
        if fields.isEmpty {
            fields = other.fields
            return
        }
        let replaced = Set(other.fields.lazy.map(\.name))
        fields.removeAll { replaced.contains($0.name) }
        fields.append(contentsOf: other.fields)
    }
}

extension HeaderFields: RandomAccessCollection {
    /// The position of the first field line: 0.
    public var startIndex: Int { fields.startIndex }
    /// The position after the last field line.
    public var endIndex: Int { fields.endIndex }
    /// The field line at a position.
    public subscript(position: Int) -> Field { fields[position] }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
    /// Makes a list from a literal; a repeated name gives repeated lines.
    public init(dictionaryLiteral elements: (Name, String)...) {
        fields = elements.map { Field(name: $0.0, value: $0.1) }
    }
}

extension HeaderFields: Codable {
    /// Reads a list of `[name, value]` pairs or an object of names and values.
    ///
    /// Throws a `DecodingError` that gives the number of a field whose name is not a token.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.singleValueContainer()
        let pairs: [[String]]
        if let object = try? container.decode([String: String].self) {
            pairs = object.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
        } else {
            pairs = try container.decode([[String]].self)
        }
        for pair in pairs {
            guard pair.count == 2, let name = Name(pair[0]) else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    // The value may be a secret, and so may a name that is none.
                    debugDescription: "entry \(count + 1) is not a header field: expected a token and a text"
                )
            }
            append(pair[1], for: name)
        }
    }

    /// Writes a list of `[name, value]` pairs, in order.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(fields.map { [$0.name.rawName, $0.value] })
    }
}
