/// A gzip producer (RFC 1952) that does not compress: stored deflate blocks (RFC 1951, section 3.2.4).
enum Gzip {
    /// Method deflate, no flags, no time, unknown system.
    static let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]

    static func stored(_ body: [UInt8]) -> [UInt8] {
        var result = header
        var rest = body[...]
        repeat {
            let block = rest.prefix(0xffff)
            rest = rest.dropFirst(block.count)
            let length = UInt16(block.count)
            result.append(rest.isEmpty ? 1 : 0)
            result += littleEndian(length) + littleEndian(~length) + block
        } while !rest.isEmpty
        var crc = CRC32()
        crc.update(body)
        return result + littleEndian(crc.value) + littleEndian(UInt32(truncatingIfNeeded: body.count))
    }

    static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian, Array.init)
    }
}
