/// How often each kind of event occurred in a storm: what has to occur often enough for the storm to say something.
struct Tally<Event: CaseIterable & Hashable & Sendable>: Sendable, Equatable, CustomStringConvertible {
    private var counts: [Event: Int] = [:]

    subscript(event: Event) -> Int {
        get { counts[event, default: 0] }
        set { counts[event] = newValue }
    }

    /// One count an event, in their order, those included that never occurred.
    var all: [Int] { Event.allCases.map { self[$0] } }

    static func == (left: Tally, right: Tally) -> Bool { left.all == right.all }

    static func += (left: inout Tally, right: Tally) {
        left.counts.merge(right.counts, uniquingKeysWith: +)
    }

    var description: String { Event.allCases.map { "\($0): \(self[$0])" }.joined(separator: ", ") }
}
