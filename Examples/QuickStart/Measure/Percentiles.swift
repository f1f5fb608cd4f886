/// Percentiles of durations by the nearest-rank method, in milliseconds.
struct Percentiles {
    private let sorted: [Duration]

    init(_ durations: [Duration]) {
        sorted = durations.sorted()
    }

    subscript(percent: Int) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = (percent * sorted.count + 99) / 100
        let (seconds, attoseconds) = sorted[min(max(rank, 1), sorted.count) - 1].components
        // Microseconds are enough for a reader and for a diff.
        return (Double(seconds) * 1e6 + Double(attoseconds / 1_000_000_000_000)) / 1e3
    }
}
