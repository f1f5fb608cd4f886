/// A gzip stream of zero bytes, 158 times smaller than they are, made block by block.
///
/// One fixed-Huffman deflate block (RFC 1951, section 3.2.6): a literal zero, then matches of length 258 at distance 1
/// (13 bits each), then literals for the rest.
struct GzipBomb: Sequence, IteratorProtocol {
    private static let blockBytes = 32 << 10

    private let count: Int
    private var matches: Int
    private var literals: Int
    private var isBegun = false
    private var isEnded = false
    private var bits: UInt64 = 0
    private var bitCount: UInt64 = 0

    /// - Parameter count: how many zero bytes it unpacks to; at least 1.
    init(count: Int) {
        self.count = count < 1 ? 1 : count
        matches = (self.count - 1) / 258
        literals = (self.count - 1) % 258
    }

    /// The length of the whole stream in bytes: gzip header, one block with its end, CRC and size.
    var encodedCount: Int {
        let total = count - 1
        let blockBits = 3 + 8 + 13 * (total / 258) + 8 * (total % 258) + 7
        return Gzip.header.count + (blockBits + 7) / 8 + 8
    }

    mutating func next() -> [UInt8]? {
        if isEnded { return nil }
        var block: [UInt8] = []
        block.reserveCapacity(Self.blockBytes + 64)
        if !isBegun {
            isBegun = true
            block += Gzip.header
            put(0b011, 3, &block)  // the last block, fixed codes
            put(0b0000_1100, 8, &block)  // literal 0: code 00110000, most significant bit first
        }
        while matches > 0, block.count < Self.blockBytes {
            matches -= 1
            put(0b1010_0011, 8, &block)  // length 258: symbol 285, code 11000101, most significant bit first
            put(0, 5, &block)  // distance 1
        }
        if matches == 0 { finish(&block) }
        return block
    }

    private mutating func finish(_ block: inout [UInt8]) {
        for _ in 0..<literals { put(0b0000_1100, 8, &block) }
        put(0, 7, &block)  // the end of the block
        if bitCount > 0 { put(0, 8 - bitCount, &block) }
        var crc = CRC32()
        crc.update(zeros: count)
        block += Gzip.littleEndian(crc.value) + Gzip.littleEndian(UInt32(truncatingIfNeeded: count))
        isEnded = true
    }

    private mutating func put(_ value: UInt64, _ width: UInt64, _ block: inout [UInt8]) {
        bits |= value << bitCount
        bitCount += width
        while bitCount >= 8 {
            block.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
            bitCount -= 8
        }
    }
}
