/// What each stage decided about one call: the answer to "why did this take nine seconds and three attempts".
///
/// Bounded: a call keeps its first ``limit`` decisions and counts the rest.
public struct Explanation: Sendable, CustomStringConvertible {
    /// The decisions in their order.
    public internal(set) var decisions: [Decision] = []
    /// How many decisions did not fit.
    public internal(set) var dropped = 0

    /// The most decisions that a call keeps: 100.
    public static let limit = 100

    /// Makes an explanation without decisions.
    public init() {}

    /// One line a decision.
    public var description: String {
        var lines = decisions.map(\.description)
        if dropped > 0 { lines.append("… and \(dropped) more") }
        return lines.joined(separator: "\n")
    }

    mutating func append(_ decision: Decision) {
        guard decisions.count < Self.limit else {
            dropped += 1
            return
        }
        // Four fit the happy path of the recommended stages. By half, not by as much again: calls that wait hold it.
        if decisions.count == decisions.capacity { decisions.reserveCapacity(max(4, decisions.count * 3 / 2)) }
        decisions.append(decision)
    }
}
