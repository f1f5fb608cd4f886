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
        let all = [
            CacheEntry.example(.example("users/1"), endpoint: "user", tags: ["people"]),
            .example(.example("users/2", tenant: "a"), endpoint: "user", tags: ["people", "staff"]),
            .example(.example("users/2"), language: "de", tags: ["staff"]),
            .example(.example("users/2"), language: "fr"),
            .example(.example("items")),
        ]
        let selections: [(CacheSelection, left: Int)] = [
            (.key(.example("users/2")), 3), (.url(URL.example("users/2").absoluteString), 2),
            (.prefix(URL.example("users/").absoluteString), 1), (.endpoint("user"), 3), (.tag("people"), 3),
            (.tag("staff"), 3), (.scope(.example("a")), 4), (.all, 0), (.url("https://other.example/"), 5),
        ]
        for (selection, left) in selections {
            let store = try MemoryCacheStore()
            for entry in all { store.put(entry) }
            #expect(store.remove(selection) == all.count - left, "\(selection.criterion)")
            let found = Set(all.map(\.key)).flatMap { store.entries(for: $0) }
            #expect(found.count == left)
            #expect(!found.contains(where: selection.contains))
            #expect(store.usage().entries == left)
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
