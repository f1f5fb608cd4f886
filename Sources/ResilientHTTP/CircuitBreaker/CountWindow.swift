/// The outcomes of the last so many calls: a ring of a byte each, and sums that are always there.
struct CountWindow {
    private static let failed: UInt8 = 1
    private static let slow: UInt8 = 2

    private let size: Int
    private var ring: [UInt8] = []
    private var next = 0
    private(set) var sums = OutcomeSums()

    init(size: Int) {
        self.size = size
    }

    mutating func add(isFailure: Bool, isSlow: Bool) {
        let outcome = (isFailure ? Self.failed : 0) | (isSlow ? Self.slow : 0)
        sums.add(isFailure: isFailure, isSlow: isSlow)
        guard ring.count == size else {
            // All at once, but not before the first outcome: most keys of a large map see few calls.
            if ring.isEmpty { ring.reserveCapacity(size) }
            ring.append(outcome)
            return
        }
        let old = ring[next]
        sums.remove(isFailure: old & Self.failed != 0, isSlow: old & Self.slow != 0)
        ring[next] = outcome
        next = next + 1 == size ? 0 : next + 1
    }

    mutating func clear() {
        ring.removeAll(keepingCapacity: true)
        next = 0
        sums = OutcomeSums()
    }
}
