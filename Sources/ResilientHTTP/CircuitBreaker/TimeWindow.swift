/// The outcomes of the last so many seconds, in slices: fixed memory, and an error of one slice at most.
///
/// Slices begin at multiples of their length. A window of 10 to 64 whole seconds has a slice a second, any other 32.
struct TimeWindow {
    private let sliceNanoseconds: Int64
    private let sliceCount: Int
    private var slices: [OutcomeSums] = []
    /// The number of the newest slice since the clock's zero.
    private var newest: Int64 = -1
    private var all = OutcomeSums()

    init(nanoseconds: Int64) {
        let second: Int64 = 1_000_000_000
        let seconds = nanoseconds / second
        sliceCount = nanoseconds % second == 0 && 10...64 ~= seconds ? Int(seconds) : 32
        sliceNanoseconds = max(1, nanoseconds / Int64(sliceCount))
    }

    mutating func add(isFailure: Bool, isSlow: Bool, now: MonotonicTime) {
        if slices.isEmpty { slices = Array(repeating: OutcomeSums(), count: sliceCount) }
        move(to: now)
        // A clock that another thread has read a moment earlier may be a slice behind.
        slices[Int(newest % Int64(sliceCount))].add(isFailure: isFailure, isSlow: isSlow)
        all.add(isFailure: isFailure, isSlow: isSlow)
    }

    /// What is in the window at a time.
    mutating func sums(now: MonotonicTime) -> OutcomeSums {
        if !slices.isEmpty { move(to: now) }
        return all
    }

    mutating func clear() {
        for index in slices.indices { slices[index] = OutcomeSums() }
        all = OutcomeSums()
    }

    private mutating func move(to now: MonotonicTime) {
        let current = max(0, now.nanoseconds) / sliceNanoseconds
        guard current > newest else { return }
        if current - newest >= Int64(sliceCount) {
            clear()
        } else {
            for number in (newest + 1)...current {
                let index = Int(number % Int64(sliceCount))
                all.remove(slices[index])
                slices[index] = OutcomeSums()
            }
        }
        newest = current
    }
}
