import Foundation

/// Reads what a ``ByteWriter`` has written, and trusts none of it.
struct ByteReader {
    struct Malformed: Error {}

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws -> Number {
        let size = MemoryLayout<Number>.size
        guard bytes.count - position >= size else { throw Malformed() }
        defer { position += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    mutating func data() throws -> Data {
        Data(try slice())
    }

    mutating func text() throws -> String {
        guard let text = String(validating: try slice(), as: UTF8.self) else { throw Malformed() }
        return text
    }

    mutating func duration() throws -> Duration {
        .nanoseconds(try number(Int64.self))
    }

    /// Nothing, or something that `read` reads.
    mutating func optional<Value>(_ read: (inout ByteReader) throws -> Value) throws -> Value? {
        switch try number(UInt8.self) {
        case 0: nil
        case 1: try read(&self)
        default: throw Malformed()
        }
    }

    /// How many, and then each.
    mutating func array<Element>(_ read: (inout ByteReader) throws -> Element) throws -> [Element] {
        let count = Int(try number(UInt32.self))
        // Each takes a byte at least; a lie about their number must not take memory.
        guard count <= bytes.count - position else { throw Malformed() }
        return try (0..<count).map { _ in try read(&self) }
    }

    private mutating func slice() throws -> UnsafeRawBufferPointer {
        let count = try number(UInt64.self)
        guard count <= UInt64(bytes.count - position) else { throw Malformed() }
        defer { position += Int(count) }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(count)])
    }
}
