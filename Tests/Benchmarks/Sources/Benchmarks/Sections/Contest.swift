/// Several clients at the same load: one after the other in each round, so that a busy moment of the machine hits all
/// of them.
struct Contest: Sendable {
    struct Entry: Sendable {
        let peer: any Peer
        var requests = 0
        var rounds: [Taken] = []
        /// Why it has no rounds.
        var failure: String?
    }

    let load: Load
    private(set) var entries: [Entry]

    init(_ peers: [any Peer], _ load: Load) {
        self.load = load
        entries = peers.map { Entry(peer: $0) }
    }

    subscript(name: String) -> Entry? { entries.first { $0.peer.name == name } }

    /// Finds out how many requests each client sends in a time, which is what it then sends in each round.
    ///
    /// - Parameters:
    ///   - rounds: that count.
    ///   - warmUps: before them, after one that opens the connections.
    ///   - slice: how long each client's turn is to take.
    ///   - note: is told whose turn it is.
    mutating func run(
        rounds: Int,
        warmUps: Int,
        slice: Duration,
        _ note: (_ round: Int, _ row: String) -> Void
    ) async {
        for index in entries.indices {
            note(0, "\(entries[index].peer.name) warms up")
            await send(index, requests: max(load.inFlight, 20))
            // The first ones are slow: half a turn at the rate that was seen comes nearer each time.
            for _ in 0..<warmUps { await send(index, requests: turn(of: index, slice / 2)) }
            entries[index].requests = turn(of: index, slice)
            entries[index].rounds = []
        }
        for round in 0..<rounds {
            for index in entries.indices where entries[index].failure == nil {
                // One turn of somebody who takes as long as twenty is enough.
                if let last = entries[index].rounds.last, last.seconds > 20 * (slice / .seconds(1)) { continue }
                note(round, entries[index].peer.name)
                // What the one before has left to do is not this one's.
                try? await Task.sleep(for: .milliseconds(20))
                await send(index, requests: entries[index].requests)
            }
        }
    }

    private func turn(of index: Int, _ time: Duration) -> Int {
        let rate = entries[index].rounds.last?.perSecond ?? 0
        return max(load.inFlight, min(500_000, Int(rate * (time / .seconds(1)))))
    }

    private mutating func send(_ index: Int, requests: Int) async {
        guard entries[index].failure == nil else { return }
        var load = load
        load.requests = requests
        do {
            entries[index].rounds.append(try await entries[index].peer.run(load))
        } catch {
            entries[index].failure = "\(error)"
        }
    }
}

extension Contest.Entry {
    /// The median of a figure; nil when there is none.
    func median(_ figure: (Taken) -> Double) -> Double? {
        failure == nil ? rounds.map(figure).median : nil
    }

    /// The median over the rounds of a figure's ratio to another client's in the same round.
    func ratio(to other: Contest.Entry?, _ figure: (Taken) -> Double) -> Double? {
        guard failure == nil, let other, other.failure == nil else { return nil }
        return zip(rounds, other.rounds).map { figure($0) / figure($1) }.median
    }
}
