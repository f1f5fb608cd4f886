import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite struct MemoryCacheStoreTests {
    @Test func theSameBodyIsHandedOutAgainAndAgain() throws {
        let store = try MemoryCacheStore()
        let entry = CacheEntry.example(body: Data(repeating: 1, count: 1000))
        store.put(entry)
        #expect(store.entries(for: entry.key).first === entry)
        #expect(store.entries(for: entry.key).first === entry)
    }

    @Test func anAnswerReplacesTheOneOfItsKindAndTheNewestComesFirst() throws {
        let store = try MemoryCacheStore()
        let (german, french) = (CacheEntry.example(language: "de"), CacheEntry.example(language: "fr"))
        let again = CacheEntry.example(language: "de")
        for entry in [german, french, again] { store.put(entry) }
        #expect(
            store.entries(for: german.key).map(ObjectIdentifier.init) == [again, french].map(ObjectIdentifier.init)
        )
        #expect(store.usage().entries == 2)
    }

    @Test func oneThatIsTooLargeTakesTheOlderOneOfItsKindWithIt() throws {
        let store = try MemoryCacheStore(.bounds(entryBytes: 4096))
        store.put(.example())
        #expect(!store.keep(.example(body: Data(repeating: 1, count: 5000))))
        #expect(store.entries(for: .example()).isEmpty)
        #expect(store.usage() == CacheUsage(entries: 0, bytes: 0))
    }

    @Test func twoScopesShareNothing() throws {
        let store = try MemoryCacheStore()
        store.put(.example(.example("a", tenant: "one")))
        #expect(store.entries(for: .example("a", tenant: "two")).isEmpty)
        #expect(store.entries(for: .example("a")).isEmpty)
        #expect(store.remove(.scope(.example("two"))) == 0)
        #expect(store.remove(.scope(.example("one"))) == 1)
    }

    @Test func requestsWithDifferentBodiesShareNothing() throws {
        let store = try MemoryCacheStore()
        let beginning = Data(repeating: 1, count: 100)
        store.put(.example(.example(body: beginning + [1])))
        #expect(store.entries(for: .example(body: beginning + [2])).isEmpty)
        #expect(store.entries(for: .example(body: beginning + [1])).count == 1)
    }

    @Test func everySelectionForgetsWhatItNamesAndNothingElse() throws {
        let entries = CacheSelection.exampleEntries
        for (selection, count) in CacheSelection.examples {
            let store = try MemoryCacheStore()
            for entry in entries { store.put(entry) }
            #expect(store.remove(selection) == count, "\(selection.criterion)")
            let found = Set(entries.map(\.key)).flatMap { store.entries(for: $0) }
            #expect(found.count == entries.count - count)
            #expect(!found.contains(where: selection.contains))
            #expect(store.usage().entries == entries.count - count)
        }
    }

    @Test func whatHasEndedGoesBeforeWhatHasNot() throws {
        let clock = ManualClock()
        let store = try MemoryCacheStore(.bounds(entries: 3), runtime: .manual(clock))
        let live = CacheEntry.example(.example("live"))
        store.put(live)
        for path in ["a", "b"] { store.put(.example(.example(path), discardAt: clock.now + .seconds(1))) }
        clock.advance(by: .seconds(1))
        store.put(.example(.example("c")))
        #expect(store.entries(for: live.key).first === live)
        #expect(store.counts.evictions == 0)
        #expect(store.counts.expirations == 2)
        #expect(store.usage().entries == 2)
    }

    @Test func aBodyIsKeptWithoutTheRoomAroundIt() throws {
        let whole = Data((0..<10_000).map { UInt8(truncatingIfNeeded: $0) })
        let slice = CacheEntry.example(body: whole[100..<300])
        #expect(slice.compacted.body == slice.body && slice.compacted.body.startIndex == 0)
        #expect(slice.compacted.memorySize == slice.memorySize)
        let short = CacheEntry.example(body: Data([1, 2]))
        #expect(short.compacted === short)
    }

    @Test func boundsThatAreNoneAreRefused() {
        #expect(throws: ResilientError.self) { try MemoryCacheStore(.bounds(entries: 0, bytes: -1, entryBytes: 0)) }
    }

    /// Threads that look up, keep and clear side by side; the books must balance in the end.
    @Test func manyThreadsLoseNothing() async throws {
        let store = try MemoryCacheStore(.bounds(entries: 64, bytes: 100_000))
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(caller))
                    for _ in 0..<2000 {
                        let key = CacheKey.example("\(random.next() % 100)")
                        switch random.next() % 8 {
                        case 0: store.remove(.key(key))
                        case 1: store.remove(.tag("\(random.next() % 4)"))
                        case 2...4: store.put(.example(key, body: Data(count: 100), tags: ["\(random.next() % 4)"]))
                        default: #expect(store.entries(for: key).allSatisfy { $0.key == key })
                        }
                    }
                }
            }
        }
        let found = (0..<100).flatMap { store.entries(for: .example("\($0)")) }
        #expect(store.usage().entries == found.count)
        #expect(store.usage().bytes == found.reduce(0) { $0 + $1.memorySize })
    }
}
