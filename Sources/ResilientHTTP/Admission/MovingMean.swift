/// A mean that forgets: each sample counts an eighth, the first few as much as each other.
struct MovingMean {
    private(set) var count = 0
    private(set) var value = 0.0

    mutating func add(_ sample: Double) {
        count = min(8, count + 1)
        value += (sample - value) / Double(count)
    }
}
