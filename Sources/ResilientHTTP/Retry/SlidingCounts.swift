/// Calls and retries of the last window, in ten slices: constant memory, and an error of one slice at most.
struct SlidingCounts {
    private struct Slice {
        var index: Int64 = .min
        var calls = 0
        var retries = 0
    }

    private static let sliceCount: Int64 = 10

    private let sliceNanoseconds: Int64
    private var slices = Array(repeating: Slice(), count: Int(sliceCount))

    init(window: Duration) {
        sliceNanoseconds = max(1, window.saturatedNanoseconds / Self.sliceCount)
    }

    mutating func addCall(now: MonotonicTime) {
        withSlice(now) { $0.calls += 1 }
    }

    /// Adds retries, or takes back what was added at that time; what the window has left behind stays behind.
    mutating func addRetry(_ count: Int, now: MonotonicTime) {
        withSlice(now) { $0.retries = max(0, $0.retries + count) }
    }

    func counts(now: MonotonicTime) -> (calls: Int, retries: Int) {
        let current = index(now)
        return slices.reduce((0, 0)) { sum, slice in
            // Written so that the never-used index cannot overflow.
            guard slice.index > current - Self.sliceCount, slice.index <= current else { return sum }
            return (sum.0 + slice.calls, sum.1 + slice.retries)
        }
    }

    private func index(_ time: MonotonicTime) -> Int64 {
        max(0, time.nanoseconds) / sliceNanoseconds
    }

    private mutating func withSlice(_ time: MonotonicTime, _ change: (inout Slice) -> Void) {
        let index = index(time)
        let position = Int(index % Self.sliceCount)
        if slices[position].index > index { return }
        if slices[position].index != index { slices[position] = Slice(index: index) }
        change(&slices[position])
    }
}
