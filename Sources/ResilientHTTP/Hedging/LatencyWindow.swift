/// The last answers' times, and the quantile that they give.
struct LatencyWindow: Sendable {
    private static let size = 200
    private static let needed = 20
    /// How many new times make a new quantile: sorting costs more than all the rest.
    private static let stride = 10

    private var times: [Int64] = []
    private var position = 0
    private var sinceSorted = 0
    private var cached: Int64?

    mutating func add(_ time: Duration, quantile: Double) {
        let nanoseconds = time.saturatedNanoseconds
        if times.count < Self.size {
            times.append(nanoseconds)
        } else {
            times[position] = nanoseconds
            position = (position + 1) % Self.size
        }
        sinceSorted += 1
        guard times.count >= Self.needed, cached == nil || sinceSorted >= Self.stride else { return }
        sinceSorted = 0
        let sorted = times.sorted()
        cached = sorted[min(sorted.count - 1, Int(quantile * Double(sorted.count)))]
    }

    /// Nil until enough answers have been seen.
    var delay: Duration? { cached.map { .nanoseconds($0) } }
}
