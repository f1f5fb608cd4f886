public import Foundation

extension FaultServer {
    /// An answer, small enough to be compared for every request of a storm: status, length and digest.
    public struct CatalogueAnswer: Sendable, Hashable, Codable {
        /// The status.
        public let status: Int
        /// The body's length in bytes, unpacked.
        public let bytes: Int
        /// ``FaultServer/digest(of:)`` of the unpacked body.
        public let digest: String

        /// Makes what is to be compared from an answer.
        public init(status: Int, body: Data = Data()) {
            self.status = status
            bytes = body.count
            digest = FaultServer.digest(of: body)
        }
    }

    /// FNV-1a with 64 bits over the length, the whole 8-byte little-endian words and then the rest byte by byte, as 16
    /// hexadecimal digits.
    ///
    /// By words, because a storm compares gigabytes, and tests are built without optimisation. Not the digest of
    /// `X-Digest`, which goes byte by byte.
    public static func digest(of body: Data) -> String {
        var hash = FNV1a.offset
        func add(_ value: UInt64) { hash = (hash ^ value) &* FNV1a.prime }
        add(UInt64(body.count))
        body.withUnsafeBytes { bytes in
            let words = bytes.count / 8
            var index = 0
            while index < words {
                add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)))
                index += 1
            }
            for byte in bytes[(words * 8)...] { add(UInt64(byte)) }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension FaultServer.CatalogueAnswer: CustomStringConvertible {
    /// Status and length.
    public var description: String { "\(status), \(bytes) bytes" }
}
