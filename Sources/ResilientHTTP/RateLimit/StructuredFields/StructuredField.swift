public import Foundation

/// Values of structured fields (RFC 9651): the common grammar of newer header fields, such as `RateLimit`.
public enum StructuredField {
    /// A bare item.
    public enum BareItem: Sendable, Hashable {
        /// From −999,999,999,999,999 to 999,999,999,999,999.
        case integer(Int64)
        /// At most 12 digits before and 3 after the point, kept exactly: in thousandths.
        case decimal(thousandths: Int64)
        /// Printable ASCII.
        case string(String)
        /// A word without quotes.
        case token(String)
        /// A byte sequence.
        case binary(Data)
        /// A truth value.
        case boolean(Bool)
        /// Unix seconds.
        case date(Int64)
        /// Unicode text.
        case displayString(String)

        /// The integer, or the decimal rounded down, for fields that say a number either way.
        public var wholeNumber: Int64? {
            switch self {
            case .integer(let value): value
            case .decimal(let thousandths): thousandths >= 0 ? thousandths / 1000 : (thousandths - 999) / 1000
            default: nil
            }
        }

        /// The text of a string or token, for fields that say a name either way.
        public var name: String? {
            switch self {
            case .string(let text), .token(let text): text
            default: nil
            }
        }
    }

    /// Parameters in their order; of a repeated key the last value counts, at the place of the first.
    public struct Parameters: Sendable, Hashable {
        /// Keys and values in their order.
        public internal(set) var pairs: [Pair] = []

        /// One parameter.
        public struct Pair: Sendable, Hashable {
            /// The key, in lower case.
            public let key: String
            /// The value; true when there is only a key.
            public internal(set) var value: BareItem
        }

        /// Makes no parameters.
        public init() {}

        /// The value of a key.
        public subscript(key: String) -> BareItem? {
            pairs.first { $0.key == key }?.value
        }

        mutating func set(_ key: String, _ value: BareItem) {
            if let index = pairs.firstIndex(where: { $0.key == key }) {
                pairs[index].value = value
            } else {
                pairs.append(Pair(key: key, value: value))
            }
        }
    }

    /// A bare item with its parameters.
    public struct Item: Sendable, Hashable {
        /// The value.
        public let value: BareItem
        /// Its parameters.
        public let parameters: Parameters
    }

    /// A member of a list or dictionary.
    public enum Member: Sendable, Hashable {
        /// An item.
        case item(Item)
        /// Several items in parentheses, with parameters of their own.
        case innerList([Item], Parameters)

        /// The item; nil for an inner list.
        public var item: Item? {
            if case .item(let item) = self { item } else { nil }
        }
    }

    /// An entry of a dictionary.
    public struct Entry: Sendable, Hashable {
        /// The key, in lower case.
        public let key: String
        /// The value; the item true when there is only a key.
        public internal(set) var member: Member
    }

    /// The longest field that is read: 64 KiB. Longer ones are refused.
    public static let longest = 65_536

    /// Reads an item from the lines of a field; nil when they are none (RFC 9651 §4.2).
    public static func item(_ lines: [String]) -> Item? {
        read(lines) { try $0.item() }
    }

    /// Reads a list from the lines of a field; nil when they are none. No line, or nothing in it, is the empty list.
    public static func list(_ lines: [String]) -> [Member]? {
        read(lines) { try $0.list() }
    }

    /// Reads a dictionary from the lines of a field; nil when they are none. Of a repeated key the last value counts.
    public static func dictionary(_ lines: [String]) -> [Entry]? {
        read(lines) { try $0.dictionary() }
    }

    private static func read<Value>(
        _ lines: [String],
        _ body: (inout StructuredFieldReader) throws -> Value
    ) -> Value? {
        let text = lines.joined(separator: ", ")
        guard text.utf8.count <= longest else { return nil }
        var reader = StructuredFieldReader(text)
        reader.skipSpaces()
        guard let value = try? body(&reader) else { return nil }
        reader.skipSpaces()
        return reader.isAtEnd ? value : nil
    }
}
