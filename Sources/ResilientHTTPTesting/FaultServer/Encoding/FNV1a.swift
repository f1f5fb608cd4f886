/// The 64-bit FNV-1a hash: simple enough to be written again in any client or script.
enum FNV1a {
    static let offset: UInt64 = 0xcbf2_9ce4_8422_2325
    static let prime: UInt64 = 0x100_0000_01b3

    static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBufferPointer { bytes in
            var hash = offset
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* prime }
            return hash
        }
    }
}
