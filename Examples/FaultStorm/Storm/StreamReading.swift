import ResilientHTTP

/// How a caller reads an answer as it arrives: with pauses, and perhaps not to its end.
struct StreamReading: Sendable, Equatable {
    /// After so many pieces the caller lets go, also of a body that goes on; nil for never.
    let dropAfter: Int?
    /// What the pauses are derived from.
    let seed: UInt64

    /// The longest pause between two pieces.
    static let longestPause = 0.005
    /// The share of the pieces that a pause comes after.
    static let pausedShare = 0.125

    /// How long the caller is busy with a piece, counted from 1, before it asks for the next; nil for not at all.
    func pause(after piece: Int) -> Duration? {
        let chance = SeededRandomSource(seed: seed &+ UInt64(piece) &* 0xa076_1d64_78bd_642f)
        guard StormPlan.uniform(chance) < Self.pausedShare else { return nil }
        return .seconds(StormPlan.uniform(chance) * Self.longestPause)
    }
}
