/// How long those of one level waited before they were admitted.
public struct WaitHistogram: Sendable, Hashable {
    /// The upper bounds of the buckets, in seconds; the last bucket has none. They are those of OpenTelemetry's
    /// `http.client.request.duration`.
    public static let bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

    /// How many waits fell into each bucket: one more than there are ``bounds``.
    public internal(set) var counts = Array(repeating: 0, count: bounds.count + 1)
    /// How many waits there were.
    public internal(set) var count = 0
    /// The sum of the waits.
    public internal(set) var total: Duration = .zero
    /// The longest wait.
    public internal(set) var longest: Duration = .zero

    /// Makes a histogram without waits.
    public init() {}

    /// The mean wait; zero when there was none.
    public var average: Duration { count == 0 ? .zero : total / count }

    mutating func add(_ wait: Duration) {
        let seconds = wait.decimalSeconds
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        count += 1
        total += wait
        longest = max(longest, wait)
    }
}
