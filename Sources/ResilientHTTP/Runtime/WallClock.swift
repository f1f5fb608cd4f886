public import struct Foundation.Date

/// The time of day, for what leaves the process: HTTP dates, signatures, log stamps. Never used to measure.
public protocol WallClock: Sendable {
    /// The current date.
    var date: Date { get }
}

/// The machine's wall clock.
public struct SystemWallClock: WallClock {
    /// Makes the clock.
    public init() {}

    /// The current date.
    public var date: Date { Date() }
}
