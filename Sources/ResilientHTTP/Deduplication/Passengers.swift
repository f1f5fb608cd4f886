/// Those who wait for a flight, in the order in which they came.
struct Passengers {
    struct Passenger: Sendable {
        let shot: OneShot<Landing>
        /// Until when it waits; nil for ever.
        let deadline: MonotonicTime?
    }

    /// The number of the first caller.
    static let firstNumber = 0

    /// The first caller, until it leaves; most flights have nobody else.
    private var first: Passenger?
    private var others: [Int: Passenger] = [:]
    private var nextNumber = firstNumber + 1

    init(_ first: Passenger) {
        self.first = first
    }

    var isEmpty: Bool { first == nil && others.isEmpty }
    var count: Int { others.count + (first == nil ? 0 : 1) }
    /// Whether the first caller is there and nobody else.
    var isFirstCallerAlone: Bool { first != nil && others.isEmpty }

    /// The latest deadline of all; nil when one of them has none.
    var latestDeadline: MonotonicTime? {
        var latest = MonotonicTime(nanoseconds: .min)
        for passenger in others.values {
            guard let deadline = passenger.deadline else { return nil }
            latest = max(latest, deadline)
        }
        guard let first else { return latest }
        return first.deadline.map { max($0, latest) }
    }

    /// The first caller, or whoever has waited longest, comes first.
    func forEach(_ body: (Passenger) -> Void) {
        if let first { body(first) }
        guard !others.isEmpty else { return }
        for (_, passenger) in others.sorted(by: { $0.key < $1.key }) { body(passenger) }
    }

    /// Returns the number by which the newcomer leaves.
    mutating func add(_ passenger: Passenger) -> Int {
        defer { nextNumber += 1 }
        others[nextNumber] = passenger
        return nextNumber
    }

    /// False for one who has left already.
    mutating func remove(_ number: Int) -> Bool {
        if number != Self.firstNumber { return others.removeValue(forKey: number) != nil }
        defer { first = nil }
        return first != nil
    }
}
