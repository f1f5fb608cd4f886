public import Foundation
public import ResilientHTTP

/// A time of day that moves with a manual clock.
public struct ManualWallClock: WallClock {
    private let clock: ManualClock
    private let start: Date
    private let zero: MonotonicTime

    /// Makes a wall clock that shows `start` now. Default: 2026-01-01T00:00:00Z.
    public init(following clock: ManualClock, startingAt start: Date = Date(timeIntervalSince1970: 1_767_225_600)) {
        self.clock = clock
        self.start = start
        zero = clock.now
    }

    /// The date that corresponds to the manual clock's time.
    public var date: Date {
        let elapsed = clock.now - zero
        let (seconds, attoseconds) = elapsed.components
        return start.addingTimeInterval(Double(seconds) + Double(attoseconds) / 1e18)
    }
}
