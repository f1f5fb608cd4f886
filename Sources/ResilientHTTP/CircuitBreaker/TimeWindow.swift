/// The outcomes of the last so many seconds, in slices: fixed memory, and an error of one slice at most.
///
/// Slices begin at multiples of their length. A window of 10 to 64 whole seconds has a slice a second, any other 32. The
/// newest slice is kept apart from the others, so that a call touches nothing else, and nothing is allocated before the
/// first slice has passed.
struct TimeWindow {
    private let sliceNanoseconds: Int64
    private let sliceCount: Int
    /// The older slices, each at its number modulo their count.
    private var slices: [OutcomeSums] = []
    /// The number of the newest slice since the clock's zero.
    private var newest: Int64 = -1
    private var newestEnd = Int64.min
    private var current = OutcomeSums()
    private var all = OutcomeSums()

    init(nanoseconds: Int64) {
        let second: Int64 = 1_000_000_000
        let seconds = nanoseconds / second
        sliceCount = nanoseconds % second == 0 && 10...64 ~= seconds ? Int(seconds) : 32
        sliceNanoseconds = max(1, nanoseconds / Int64(sliceCount))
    }

    /// Adds an outcome and returns what is in the window then.
    mutating func add(isFailure: Bool, isSlow: Bool, now: MonotonicTime) -> OutcomeSums {
        // A clock that another thread has read a moment earlier may be a slice behind.
        if now.nanoseconds >= newestEnd { move(to: now) }
        current.add(isFailure: isFailure, isSlow: isSlow)
        all.add(isFailure: isFailure, isSlow: isSlow)
        return all
    }

    /// What is in the window at a time.
    mutating func sums(now: MonotonicTime) -> OutcomeSums {
        if now.nanoseconds >= newestEnd { move(to: now) }
        return all
    }

    mutating func clear() {
        if all.calls > 0 {
            for index in slices.indices { slices[index] = OutcomeSums() }
        }
        current = OutcomeSums()
        all = OutcomeSums()
    }

    private mutating func move(to now: MonotonicTime) {
        let number = max(0, now.nanoseconds) / sliceNanoseconds
        guard number > newest else { return }
        if number - newest >= Int64(sliceCount) {
            clear()
        } else if all.calls > 0 {
            if slices.isEmpty { slices = Array(repeating: OutcomeSums(), count: sliceCount) }
            slices[place(newest)] = current
            current = OutcomeSums()
            for number in (newest + 1)...number {
                all.remove(slices[place(number)])
                slices[place(number)] = OutcomeSums()
            }
        }
        newest = number
        newestEnd = (number &+ 1) &* sliceNanoseconds
    }

    private func place(_ number: Int64) -> Int { Int(number % Int64(sliceCount)) }
}
