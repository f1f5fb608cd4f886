import Foundation

/// Writes numbers, texts and bytes one after another, numbers with their lowest byte first, the rest with its length
/// before it.
struct ByteWriter {
    private(set) var data = Data()

    mutating func write<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
    }

    mutating func write(_ bytes: Data) {
        write(UInt64(bytes.count))
        data.append(bytes)
    }

    mutating func write(_ text: String) {
        write(UInt64(text.utf8.count))
        data.append(contentsOf: text.utf8)
    }

    mutating func write(_ duration: Duration) {
        write(duration.saturatedNanoseconds)
    }

    /// Nothing, or something that `write` writes.
    mutating func write<Value>(_ value: Value?, _ write: (inout ByteWriter, Value) -> Void) {
        self.write(UInt8(value == nil ? 0 : 1))
        if let value { write(&self, value) }
    }

    /// How many, and then each.
    mutating func write<Element>(_ elements: some Collection<Element>, _ write: (inout ByteWriter, Element) -> Void) {
        self.write(UInt32(clamping: elements.count))
        for element in elements { write(&self, element) }
    }
}
