import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite(.oneAtATime) struct WaitingLinesTests {
    /// The order in the simplest words: a list that is looked through.
    private struct Model {
        struct Waiter {
            let id: Int
            let level: Int
            let time: Int64
            let isReturning: Bool
        }

        let ageing: Int64?
        var waiters: [Waiter] = []

        func rank(_ level: Int, _ time: Int64) -> Int64 {
            ageing.map { time + Int64(level) * $0 } ?? Int64(level)
        }

        /// Those of a level in their order.
        func line(_ level: Int) -> [Waiter] {
            let line = waiters.filter { $0.level == level }
            return line.filter(\.isReturning) + line.filter { !$0.isReturning }
        }

        /// Whole lines by their heads, one after the other would be wrong: the head of each is asked anew.
        var next: Waiter? {
            let heads = Set(waiters.map(\.level)).compactMap { line($0).first }
            return heads.min { (rank($0.level, $0.time), $0.level) < (rank($1.level, $1.time), $1.level) }
        }

        var last: Waiter? {
            let tails = Set(waiters.map(\.level)).compactMap { line($0).last }
            return tails.max { (rank($0.level, $0.time), $0.level) < (rank($1.level, $1.time), $1.level) }
        }

        /// When somebody who comes now is taken to have come.
        func time(_ level: Int, _ isReturning: Bool, _ now: Int64) -> Int64 {
            guard isReturning, let first = line(level).first else { return now }
            return min(now, first.time)
        }

        /// Who has to give way to a newcomer.
        func loser(to level: Int, _ isReturning: Bool, _ now: Int64) -> Waiter? {
            guard let last else { return nil }
            if last.level == level { return isReturning && !last.isReturning ? last : nil }
            let newcomer = rank(level, time(level, isReturning, now))
            return (newcomer, level) < (rank(last.level, last.time), last.level) ? last : nil
        }
    }

    @Test func theOrderIsThatOfAListThatIsLookedThrough() throws {
        var counts = [0, 0, 0, 0]
        for seed in Simulation.seeds(3000) {
            var random = SeededGenerator(seed: seed)
            let ageing: Duration? =
                Bool.random(using: &random) ? .nanoseconds(Int64.random(in: 1...9, using: &random)) : nil
            var lines = WaitingLines<Int>(ageing: ageing)
            var model = Model(ageing: ageing?.saturatedNanoseconds)
            var handles: [Int: WaitingLines<Int>.Handle] = [:]
            var now: Int64 = 0
            for id in 0..<60 {
                now += Int64.random(in: 0...2, using: &random)
                let level = Int.random(in: -1...3, using: &random)
                let isReturning = Int.random(in: 0..<4, using: &random) == 0
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<5:
                    let time = model.time(level, isReturning, now)
                    model.waiters.append(.init(id: id, level: level, time: time, isReturning: isReturning))
                    handles[id] = lines.insert(id, level: level, isReturning: isReturning, time: now)
                case 5, 6:
                    let next = model.next
                    model.waiters.removeAll { $0.id == next?.id }
                    #expect(lines.popFirst() == next?.id, "seed \(seed)")
                    counts[0] += 1
                case 7:
                    // Also one that has left.
                    guard let (id, handle) = handles.randomElement(using: &random) else { continue }
                    let isThere = model.waiters.contains { $0.id == id }
                    model.waiters.removeAll { $0.id == id }
                    #expect(lines.remove(handle) == (isThere ? id : nil), "seed \(seed)")
                    counts[1] += 1
                case 8:
                    let loser = model.loser(to: level, isReturning, now)
                    model.waiters.removeAll { $0.id == loser?.id }
                    #expect(
                        lines.removeLast(behind: level, isReturning: isReturning, time: now) == loser?.id,
                        "seed \(seed)"
                    )
                    if loser != nil { counts[2] += 1 }
                default:
                    guard ageing == nil else { continue }
                    let ahead = model.waiters.count {
                        $0.level < level || $0.level == level && (!isReturning || $0.isReturning)
                    }
                    #expect(lines.countAhead(of: level, isReturning: isReturning, time: now) == ahead)
                    counts[3] += 1
                }
                #expect(lines.count == model.waiters.count)
                #expect(lines.depths == Dictionary(grouping: model.waiters, by: \.level).mapValues(\.count))
            }
            while let next = model.next {
                model.waiters.removeAll { $0.id == next.id }
                #expect(lines.popFirst() == next.id, "seed \(seed)")
            }
            #expect(lines.popFirst() == nil)
        }
        #expect(counts.allSatisfy { $0 >= 1000 } || Simulation.isRerun, "\(counts)")
    }

    @Test func whoReturnsIsAheadOfItsLevelAndBehindHigherOnes() {
        var lines = WaitingLines<String>(ageing: nil)
        for (level, name) in [(1, "a"), (1, "b"), (0, "c")] {
            _ = lines.insert(name, level: level, isReturning: false, time: 0)
        }
        _ = lines.insert("first back", level: 1, isReturning: true, time: 1)
        _ = lines.insert("second back", level: 1, isReturning: true, time: 2)
        var order: [String] = []
        while let next = lines.popFirst() { order.append(next) }
        #expect(order == ["c", "first back", "second back", "a", "b"])
    }

    @Test func aWaitCountsAsALevel() {
        var lines = WaitingLines<String>(ageing: .seconds(30))
        let second: Int64 = 1_000_000_000
        _ = lines.insert("low", level: 2, isReturning: false, time: 0)
        _ = lines.insert("high after 59 s", level: 0, isReturning: false, time: 59 * second)
        _ = lines.insert("high after 61 s", level: 0, isReturning: false, time: 61 * second)
        #expect(lines.popFirst() == "high after 59 s")
        #expect(lines.popFirst() == "low")
        #expect(lines.popFirst() == "high after 61 s")
    }

    @Test func ageingCanChangeUnderThoseWhoWait() {
        var lines = WaitingLines<String>(ageing: nil)
        _ = lines.insert("low", level: 2, isReturning: false, time: 0)
        _ = lines.insert("high", level: 0, isReturning: false, time: 10)
        lines.setAgeing(.nanoseconds(4))
        #expect(lines.popFirst() == "low")
        #expect(lines.popFirst() == "high")
    }

    @Test func theFarthestLevelsAreLevels() {
        var lines = WaitingLines<Int>(ageing: .seconds(1_000_000_000))
        for level in [Int.max, 0, Int.min, 255] {
            _ = lines.insert(level, level: level, isReturning: false, time: .max)
        }
        #expect((0..<4).map { _ in lines.popFirst() } == [Int.min, 0, 255, Int.max])
    }
}
