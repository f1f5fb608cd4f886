/// Whole names and what is known of them, found by their length first: nearly every name is told from all of them
/// without being read.
final class NameTable: Sendable {
    private let bytes: [UInt8]
    private let values: [Value]
    /// For each length the first name's place among the values and its first byte.
    private let starts: [(value: Int, byte: Int)]

    /// What is known of a name.
    enum Value: Sendable {
        /// It reads like a secret's and is none.
        case harmless
        /// It stands for a number, such as `tokens`: what is under it is a secret only when it is none.
        case count
        /// It is that of a field whose value is secret to the end of its line.
        case wholeLine
        /// It does not read like a secret's, but a field of this name shows what a credential must answer.
        case challenge
    }

    /// The names, in lower case.
    init(_ names: [String: Value]) {
        var (bytes, values, starts) = ([UInt8](), [Value](), [(value: Int, byte: Int)]())
        for length in 0...(names.keys.map(\.utf8.count).max() ?? 0) + 1 {
            starts.append((values.count, bytes.count))
            for (name, value) in names.sorted(by: { $0.key < $1.key }) where name.utf8.count == length {
                bytes += name.utf8
                values.append(value)
            }
        }
        (self.bytes, self.values, self.starts) = (bytes, values, starts)
    }

    /// What is known of a name, in any case; nil when it is in no list.
    func value(of name: UnsafeBufferPointer<UInt8>) -> Value? {
        let length = name.count
        guard length + 1 < starts.count else { return nil }
        let (first, last) = (starts[length], starts[length + 1].value)
        guard first.value < last else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            var start = first.byte
            for index in first.value..<last {
                if Self.stands(bytes[start..<(start + length)], in: name) { return values[index] }
                start += length
            }
            return nil
        }
    }

    private static func stands(_ known: Slice<UnsafeBufferPointer<UInt8>>, in name: UnsafeBufferPointer<UInt8>) -> Bool
    {
        for index in 0..<known.count where Grammar.lowercased(name[index]) != known[known.startIndex + index] {
            return false
        }
        return true
    }
}
