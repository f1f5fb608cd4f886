import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// Which call meets what, by seed and number alone.
///
/// Equal weights: the behaviours come in rounds, each round in an order of its own, so that every one comes as often as
/// the others whatever the number of calls.
struct StormPlan: Sendable {
    typealias Entry = FaultServer.CatalogueEntry

    /// The share of the calls that are cancelled.
    static let cancelledShare = 0.05
    /// Spread evenly from nothing to this: about as long as a call takes in a storm.
    static let longestInterest = 0.04
    /// The share of the streams that are let go of before their end, after at most ``mostPieces``.
    static let droppedShare = 0.25
    static let mostPieces: UInt64 = 4

    let entries: [Entry]
    let seed: UInt64
    let cancels: Bool
    /// The share of the calls whose answers are read as they arrive, 0…1.
    let streamedShare: Double
    /// The server's port for each behaviour.
    let ports: [Int]

    func call(_ number: Int) -> PlannedCall {
        let behaviour = behaviour(of: number)
        let chance = SeededRandomSource(seed: seed &+ UInt64(number) &* 0x9e37_79b9_7f4a_7c15)
        let isCancelled = cancels && Self.uniform(chance) < Self.cancelledShare
        return PlannedCall(
            behaviour: behaviour,
            cancelAfter: isCancelled ? .seconds(Self.uniform(chance) * Self.longestInterest) : nil,
            url: url(behaviour, number),
            upload: entries[behaviour].upload,
            reading: Self.uniform(chance) < streamedShare ? Self.reading(chance) : nil
        )
    }

    private static func reading(_ chance: SeededRandomSource) -> StreamReading {
        let isDropped = uniform(chance) < droppedShare
        return StreamReading(dropAfter: isDropped ? Int(chance.next() % mostPieces) : nil, seed: chance.next())
    }

    func behaviour(of number: Int) -> Int {
        let round = number / entries.count
        let chance = SeededRandomSource(seed: seed ^ UInt64(round) &* 0xd134_2543_de82_ef95)
        // Fisher and Yates, as far as the place that is asked for.
        var order = Array(entries.indices)
        let place = number % entries.count
        for index in 0...place {
            order.swapAt(index, index + Int(chance.next() % UInt64(order.count - index)))
        }
        return order[place]
    }

    private func url(_ behaviour: Int, _ number: Int) -> URL {
        // A fixed scheme and host, a port, a name from the catalogue: always a URL.
        URL(string: "http://127.0.0.1:\(ports[behaviour])/\(entries[behaviour].name)/\(number)") ?? URL(filePath: "/")
    }

    static func uniform(_ source: SeededRandomSource) -> Double {
        Double(source.next() >> 11) / Double(1 << 53)
    }
}
