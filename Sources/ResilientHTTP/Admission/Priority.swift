/// How urgent a request is: the lower the number, the sooner it is served (acceptance row 193).
///
/// Any integer is a level; requests of the same level are served in the order in which they came.
///
/// ```swift
/// try await queue.submit(priority: .high) { try await client.get("/status") }
/// try await queue.submit(priority: 7) { try await client.get("/report") }
/// ```
public struct Priority: Sendable, Hashable, RawRepresentable, Codable, ExpressibleByIntegerLiteral {
    /// The level.
    public let rawValue: Int

    /// Makes a priority of any level.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Makes a priority from a literal.
    public init(integerLiteral value: Int) {
        rawValue = value
    }

    /// Level 0: before all others of the named ones.
    public static let high = Priority(rawValue: 0)
    /// Level 1: the default.
    public static let normal = Priority(rawValue: 1)
    /// Level 2: when nothing else waits.
    public static let low = Priority(rawValue: 2)
}

extension Priority: CustomStringConvertible {
    /// The name of a named level, else the number.
    public var description: String {
        switch self {
        case .high: "high"
        case .normal: "normal"
        case .low: "low"
        default: "level \(rawValue)"
        }
    }
}
