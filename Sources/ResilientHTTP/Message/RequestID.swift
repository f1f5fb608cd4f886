/// The identity of one call, the same over all its attempts, hops and hedges: 128 bits, shown as 32 hex digits.
///
/// The first half is random per client and the second scatters a counter, so ids never repeat within a client and
/// practically never between two, and making one costs nanoseconds.
public struct RequestID: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// 32 lower-case hexadecimal digits.
    public var description: String {
        Self.hex(high) + Self.hex(low)
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
