#if os(Linux)
/// Reads the header blocks of one connection (RFC 7541): what a client asks for tells its requests apart, also those
/// without a body.
struct HeaderDecoder {
    struct Field {
        let name: String
        let value: String
    }

    struct Broken: Error {}

    /// The newest first.
    private var table: [Field] = []
    private var capacity = 4_096
    private var rest: ArraySlice<UInt8> = []

    mutating func decode(_ block: ArraySlice<UInt8>) throws -> [Field] {
        rest = block
        var fields: [Field] = []
        while let byte = rest.first {
            switch byte {
            case 0x80...:
                fields.append(try field(at: number(prefix: 7)))
            case 0x40...:
                fields.append(try literal(prefix: 6))
                table.insert(fields[fields.count - 1], at: 0)
                evict()
            case 0x20...:
                capacity = try number(prefix: 5)
                evict()
            default:
                fields.append(try literal(prefix: 4))
            }
        }
        return fields
    }

    private mutating func literal(prefix: Int) throws -> Field {
        let index = try number(prefix: prefix)
        let name = try index == 0 ? text() : field(at: index).name
        return Field(name: name, value: try text())
    }

    private func field(at index: Int) throws -> Field {
        let all = StaticTable.fields
        if (1...all.count).contains(index) { return all[index - 1] }
        guard table.indices.contains(index - all.count - 1) else { throw Broken() }
        return table[index - all.count - 1]
    }

    private mutating func text() throws -> String {
        let isCoded = (rest.first ?? 0) & 0x80 != 0
        let count = try number(prefix: 7)
        guard count <= rest.count else { throw Broken() }
        let bytes = rest.prefix(count)
        rest = rest.dropFirst(count)
        guard isCoded else { return String(decoding: bytes, as: UTF8.self) }
        guard let text = HuffmanCode.decode(bytes) else { throw Broken() }
        return text
    }

    /// An integer whose first bits are the last ones of a byte (RFC 7541 §5.1).
    private mutating func number(prefix: Int) throws -> Int {
        guard let first = rest.popFirst() else { throw Broken() }
        let most = 1 << prefix - 1
        var number = Int(first) & most
        guard number == most else { return number }
        for shift in stride(from: 0, to: 28, by: 7) {
            guard let byte = rest.popFirst() else { throw Broken() }
            number += Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return number }
        }
        throw Broken()
    }

    private mutating func evict() {
        while table.reduce(0, { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }) > capacity { table.removeLast() }
    }
}
#endif
