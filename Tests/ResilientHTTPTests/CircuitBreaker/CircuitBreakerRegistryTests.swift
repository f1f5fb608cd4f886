import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite struct CircuitBreakerRegistryTests {
    private let clock = ManualClock()

    private func make(limit: Int) throws -> CircuitBreakerRegistry {
        let configuration = CircuitBreakerConfiguration(failureThreshold: 1).with { $0.keyLimit = limit }
        return try CircuitBreakerRegistry(configuration, runtime: .manual(clock))
    }

    private func key(_ name: some CustomStringConvertible) -> CircuitBreakerKey {
        CircuitBreakerKey(origin: Origin(scheme: "https", host: "example.com"), name: name.description)
    }

    @Test func eachKeyHasOneBreakerOfItsOwn() throws {
        let registry = try make(limit: 10)
        let first = registry.breaker(for: key("a"))
        #expect(registry.breaker(for: key("a")) === first)
        #expect(registry.breaker(for: key("b")) !== first)
        #expect(registry.breaker(for: key("a")) === first)
        #expect(registry.breaker(for: CircuitBreakerKey(origin: key("a").origin)) !== first)
        let other = Origin(scheme: "http", host: "example.com")
        #expect(registry.breaker(for: CircuitBreakerKey(origin: other, name: "a")) !== first)
        first.forceOpen()
        #expect(registry.statuses.count == 4)
        #expect(registry.statuses["https://example.com a"]?.state == .forcedOpen)
        #expect(registry.statuses["https://example.com b"]?.state == .closed)
    }

    @Test func theOneUnusedForLongestGivesWay() throws {
        let registry = try make(limit: 3)
        for name in ["a", "b", "c", "a"] { _ = registry.breaker(for: key(name)) }
        _ = registry.breaker(for: key("d"))
        #expect(registry.existing(key("b")) == nil)
        #expect(registry.existing(key("a")) != nil)
        _ = registry.breaker(for: key("e"))
        #expect(registry.existing(key("c")) == nil)
        #expect(registry.count == 3)
        #expect(registry.evictedCount == 2)
    }

    @Test func anOpenOneStaysWhileThereAreClosedOnes() throws {
        let registry = try make(limit: 4)
        registry.breaker(for: key("open")).record(.failure())
        registry.breaker(for: key("forced")).forceOpen()
        for number in 0..<100 { _ = registry.breaker(for: key(number)) }
        #expect(registry.existing(key("open"))?.state == .open)
        #expect(registry.existing(key("forced"))?.state == .forcedOpen)
        #expect(registry.count == 4)
    }

    @Test func oneThatHasClosedAgainIsAnOrdinaryOne() throws {
        let registry = try make(limit: 2)
        let breaker = registry.breaker(for: key("a"))
        breaker.record(.failure())
        breaker.reset()
        for number in 0..<3 { _ = registry.breaker(for: key(number)) }
        #expect(registry.existing(key("a")) == nil)
    }

    @Test func whatAnEvictedOneDoesIsNotItsSuccessors() throws {
        let registry = try make(limit: 2)
        let evicted = registry.breaker(for: key("a"))
        for name in ["b", "c"] { _ = registry.breaker(for: key(name)) }
        let successor = registry.breaker(for: key("a"))
        #expect(successor !== evicted)
        evicted.record(.failure())
        #expect(registry.existing(key("a"))?.state == .closed)
        // It goes in its turn, and not as late as one that is open.
        for name in ["d", "e"] { _ = registry.breaker(for: key(name)) }
        #expect(registry.existing(key("a")) == nil)
    }

    @Test func whenAllAreOpenTheLimitStillHolds() throws {
        let registry = try make(limit: 3)
        for number in 0..<10 { registry.breaker(for: key(number)).record(.failure()) }
        #expect(registry.count == 3)
        #expect(registry.existing(key(9))?.state == .open)
    }

    @Test func oneWithACallInFlightStaysWhileThereAreIdleOnes() throws {
        let registry = try make(limit: 3)
        let permit = try registry.breaker(for: key("busy")).acquire()
        for number in 0..<20 { _ = registry.breaker(for: key(number)) }
        #expect(registry.existing(key("busy"))?.status.inFlight == 1)
        permit.settle(.success)
        for number in 0..<20 { _ = registry.breaker(for: key(number)) }
        #expect(registry.existing(key("busy")) == nil)
    }

    @Test func transitionsOfAllBreakersArriveInOneStream() async throws {
        let registry = try make(limit: 3)
        let transitions = registry.transitions
        registry.breaker(for: key("a")).record(.failure())
        registry.breaker(for: key("b")).forceOpen()
        var names: [String] = []
        for await transition in transitions.prefix(2) { names.append("\(transition.breaker) \(transition.to)") }
        #expect(names == ["https://example.com a open", "https://example.com b forced_open"])
    }

    @Test func theListsKeepTheOrderOfUseLikePlainArrays() {
        var random = SeededGenerator(seed: 7)
        var lists = RecencyLists()
        var model: (ordinary: [Int], kept: [Int]) = ([], [])
        for _ in 0..<20_000 {
            let all = model.ordinary + model.kept
            let chosen = all.isEmpty ? nil : all[Int(random.next() % UInt64(all.count))]
            switch (random.next() % 8, chosen) {
            case (0, _) where all.count < 30, (_, nil):
                model.ordinary.append(lists.insert(.ordinary))
            case (1, let number?):
                lists.remove(number)
                model.ordinary.removeAll { $0 == number }
                model.kept.removeAll { $0 == number }
            case (2, let number?) where model.ordinary.contains(number):
                lists.move(number, to: .kept)
                model.ordinary.removeAll { $0 == number }
                model.kept.append(number)
            case (3, let number?) where model.kept.contains(number):
                lists.move(number, to: .ordinary)
                model.kept.removeAll { $0 == number }
                model.ordinary.append(number)
            case (_, let number?):
                lists.touch(number)
                if let index = model.ordinary.firstIndex(of: number) {
                    model.ordinary.append(model.ordinary.remove(at: index))
                } else if let index = model.kept.firstIndex(of: number) {
                    model.kept.append(model.kept.remove(at: index))
                }
            }
            #expect(lists.oldest(.ordinary) == model.ordinary.first)
            #expect(lists.oldest(.kept) == model.kept.first)
        }
    }

    @Test func amongVeryManyTheOneThatIsUsedAgainAndAgainStays() throws {
        let registry = try make(limit: 10_000)
        let favourite = registry.breaker(for: key("favourite"))
        for number in 0..<40_000 {
            _ = registry.breaker(for: key(number))
            if number % 100 == 0 { #expect(registry.breaker(for: key("favourite")) === favourite) }
        }
        #expect(registry.count == 10_000)
        #expect(registry.evictedCount == 30_001)
    }

    @Test func manyThreadsAndFewPlacesLoseNothing() async throws {
        let registry = try make(limit: 8)
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(caller))
                    for _ in 0..<2000 {
                        let breaker = registry.breaker(for: key(random.next() % 24))
                        switch random.next() % 4 {
                        case 0: breaker.record(.failure())
                        case 1: breaker.reset()
                        default: _ = try? breaker.acquire().settle(.success)
                        }
                    }
                }
            }
        }
        #expect(registry.count == 8)
        #expect(registry.breakers.values.allSatisfy { $0.status.inFlight == 0 })
    }
}
