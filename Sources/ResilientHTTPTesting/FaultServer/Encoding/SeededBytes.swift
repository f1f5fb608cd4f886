import ResilientHTTP

/// Bytes that a seed determines.
enum SeededBytes {
    /// So many bytes, little-endian words one after the other.
    static func make(_ count: Int, seed: UInt64) -> [UInt8] {
        let source = SeededRandomSource(seed: seed)
        return [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, initialized in
            var word: UInt64 = 0
            for index in 0..<max(count, 0) {
                if index % 8 == 0 { word = source.next() }
                buffer[index] = UInt8(truncatingIfNeeded: word)
                word >>= 8
            }
            initialized = max(count, 0)
        }
    }
}
