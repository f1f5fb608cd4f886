/// The CRC of gzip (RFC 1952, section 8).
struct CRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in
            value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1
        }
    }

    private var register: UInt32 = 0xffff_ffff

    var value: UInt32 { ~register }

    mutating func update(_ bytes: [UInt8]) {
        let table = Self.table
        for byte in bytes { register = table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] ^ (register >> 8) }
    }

    /// As `update` with so many zero bytes, in logarithmic time, because a gzip bomb is a run of gigabytes.
    ///
    /// A zero byte is a linear map of the register over GF(2), so a run is a power of its matrix.
    mutating func update(zeros count: Int) {
        var matrix = (0..<32).map { bit -> UInt32 in
            let value = UInt32(1) << UInt32(bit)
            return Self.table[Int(value & 0xff)] ^ (value >> 8)
        }
        var rest = count
        while rest > 0 {
            if rest & 1 == 1 { register = Self.multiply(matrix, register) }
            matrix = matrix.map { Self.multiply(matrix, $0) }
            rest >>= 1
        }
    }

    private static func multiply(_ matrix: [UInt32], _ vector: UInt32) -> UInt32 {
        matrix.indices.reduce(0) { sum, bit in vector >> UInt32(bit) & 1 == 1 ? sum ^ matrix[bit] : sum }
    }
}
