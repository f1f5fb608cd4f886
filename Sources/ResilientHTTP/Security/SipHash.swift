import Foundation

/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012, and its reference implementation): a short, fast
/// hash under a secret key that nobody without the key can predict or make collide.
///
/// The standard library's `Hasher` is different in every process, and what is kept on disk has to be found by the next.
struct SipHash {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    /// The bytes that do not fill a word yet, the first lowest.
    private var tail: UInt64 = 0
    private var count = 0

    /// A key whose 16 bytes are the two numbers, each with its lowest byte first.
    init(key: CredentialScope.Key) {
        v0 = 0x736f_6d65_7073_6575 ^ key.high
        v1 = 0x646f_7261_6e64_6f6d ^ key.low ^ 0xee
        v2 = 0x6c79_6765_6e65_7261 ^ key.high
        v3 = 0x7465_6462_7974_6573 ^ key.low
    }

    /// Feeds bytes; in how many pieces does not count.
    mutating func combine(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        while position < bytes.count, count & 7 != 0 {
            combine(bytes[position])
            position += 1
        }
        while position + 8 <= bytes.count {
            combine(word: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
            position += 8
            count += 8
        }
        while position < bytes.count {
            combine(bytes[position])
            position += 1
        }
    }

    /// Feeds a text with its length before it, so that two texts are not one other.
    mutating func combine(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            combine(UInt64(bytes.count))
            combine(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Feeds bytes with their length before them.
    mutating func combine(_ data: Data) {
        combine(UInt64(data.count))
        data.withUnsafeBytes { combine($0) }
    }

    /// Feeds a number.
    mutating func combine(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { combine($0) }
    }

    /// The hash, as the two words of its 16 bytes, each with its lowest byte first.
    func finalize() -> (first: UInt64, second: UInt64) {
        var state = self
        state.combine(word: tail | UInt64(UInt8(truncatingIfNeeded: count)) << 56)
        state.v2 ^= 0xee
        for _ in 0..<4 { state.round() }
        let first = state.v0 ^ state.v1 ^ state.v2 ^ state.v3
        state.v1 ^= 0xdd
        for _ in 0..<4 { state.round() }
        return (first, state.v0 ^ state.v1 ^ state.v2 ^ state.v3)
    }

    private mutating func combine(_ byte: UInt8) {
        tail |= UInt64(byte) << (8 * UInt64(count & 7))
        count += 1
        guard count & 7 == 0 else { return }
        combine(word: tail)
        tail = 0
    }

    private mutating func combine(word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    private mutating func round() {
        v0 &+= v1
        v2 &+= v3
        v1 = (v1 << 13 | v1 >> 51) ^ v0
        v3 = (v3 << 16 | v3 >> 48) ^ v2
        v0 = v0 << 32 | v0 >> 32
        v2 &+= v1
        v0 &+= v3
        v1 = (v1 << 17 | v1 >> 47) ^ v2
        v3 = (v3 << 21 | v3 >> 43) ^ v0
        v2 = v2 << 32 | v2 >> 32
    }
}
