import Foundation
import ResilientHTTP

/// A response as a hostile or broken server may send it, by seed and number alone.
///
/// It is made right, in one of the framings of HTTP/1.1, and then, more often than not, damaged.
struct HostileResponse: Sendable {
    enum Framing: CaseIterable { case length, chunks, untilClose, none }

    /// What is wrong.
    enum Damage: String, CaseIterable, Codable, Sendable {
        case nothing, cut, changedBytes, insertedBytes, noise
        case foldedFirst, foldedLater, foldedInterim, foldedTrailer
        case repeatedField, otherLength, wrongChunk, blankBeforeColon
        case excess, excessResponse, longLine
    }

    let damage: Damage
    let isHead: Bool
    let bytes: Data
    /// Whether the connection ends behind it.
    let closes: Bool
    let mark: HostileMark
    /// What a client must get; nil when an error is right, too.
    let body: Data?

    init(seed: UInt64, number: Int) {
        let chance = SeededRandomSource(seed: seed ^ UInt64(number) &* 0xd134_2543_de82_ef95)
        mark = HostileMark(number: UInt64(number), seed: seed)
        isHead = Self.below(8, chance) == 0
        damage = Self.below(3, chance) == 0 ? .nothing : Damage.allCases[Self.below(Damage.allCases.count, chance)]
        var framing = Framing.allCases[Self.below(Framing.allCases.count, chance)]
        if damage == .foldedTrailer || damage == .wrongChunk { framing = .chunks }
        // What stands behind a body without a length is a part of it.
        if framing == .untilClose, damage == .excess || damage == .excessResponse { framing = .length }
        let builder = HostileBuilder(mark, framing, isHead: isHead, damage: damage, chance)
        bytes = builder.bytes
        body = builder.isRight ? builder.body : nil
        closes = builder.closes
    }

    static func below(_ bound: Int, _ chance: SeededRandomSource) -> Int {
        Int(chance.next() % UInt64(bound))
    }
}
