/// Requests a second as they really went out, smoothed over buckets of half a second (retry specification of the AWS
/// SDKs).
struct MeasuredRate: Sendable, Hashable {
    private let smoothing: Double
    /// Half seconds since the clock's zero.
    private var lastBucket: Int64
    private var count = 0
    private(set) var rate = 0.0

    private static let bucket: Int64 = 500_000_000

    init(smoothing: Double, now: MonotonicTime) {
        self.smoothing = smoothing
        lastBucket = now.nanoseconds / Self.bucket
    }

    /// Counts one request and returns the rate.
    mutating func record(now: MonotonicTime) -> Double {
        count += 1
        let current = now.nanoseconds / Self.bucket
        if current > lastBucket {
            let latest = Double(count) / (Double(current - lastBucket) / 2)
            rate = latest * smoothing + rate * (1 - smoothing)
            (count, lastBucket) = (0, current)
        }
        return rate
    }
}
