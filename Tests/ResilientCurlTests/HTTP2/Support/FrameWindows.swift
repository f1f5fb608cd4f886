#if os(Linux)
/// How much a client lets the server send (RFC 9113 §5.2).
struct FrameWindows {
    private static let initialSize: UInt16 = 4

    private var connection = 65_535
    private var initial = 65_535
    /// What differs from the initial window.
    private var streams: [UInt32: Int] = [:]

    func room(_ stream: UInt32) -> Int { max(0, min(connection, initial + streams[stream, default: 0])) }

    mutating func take(_ count: Int, _ stream: UInt32) {
        connection -= count
        streams[stream, default: 0] -= count
    }

    mutating func extend(_ stream: UInt32, by count: Int) {
        if stream == 0 { connection += count } else { streams[stream, default: 0] += count }
    }

    mutating func apply(settings: [UInt8]) {
        for start in stride(from: 0, through: settings.count - 6, by: 6) {
            let pair = settings[start..<start + 6]
            if UInt32([0, 0] + pair.prefix(2)) == UInt32(Self.initialSize) { initial = Int(UInt32(pair.dropFirst(2))) }
        }
    }
}
#endif
