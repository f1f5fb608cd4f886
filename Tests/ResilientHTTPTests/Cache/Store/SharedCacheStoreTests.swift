import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

/// What a cache makes of a store that is slow but means well.
@Suite struct SharedCacheStoreTests {
    /// Memory behind a wait, which writes down what it is told.
    private final class SlowStore: CacheStore {
        let memory: MemoryCacheStore
        let simulation: Simulation
        let told = Mutex<[String]>([])
        let isBroken = Atomic(false)
        let mostAtOnce = Atomic(0)
        private let atOnce = Atomic(0)

        struct Broken: Error {}

        init(_ simulation: Simulation) throws {
            memory = try MemoryCacheStore(runtime: simulation.runtime)
            self.simulation = simulation
        }

        func entries(for key: CacheKey) async throws -> [CacheEntry] {
            // The answer is what there was at the question, and old when it comes.
            let found = memory.entries(for: key)
            try await wait()
            return found
        }

        func put(_ entry: CacheEntry) async throws {
            try await wait()
            told.withLock { $0.append("put \(Self.name(entry.key.url)) \(entry.body.count)") }
            memory.put(entry)
        }

        func remove(_ selection: CacheSelection) async throws -> Int {
            try await wait()
            if isBroken.load(ordering: .relaxed) { throw Broken() }
            told.withLock { $0.append("remove") }
            return memory.remove(selection)
        }

        func usage() async throws -> CacheUsage { memory.usage() }

        private func wait() async throws {
            mostAtOnce.max(atOnce.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
            try await simulation.sleep(for: simulation.random(upTo: .milliseconds(5)))
            atOnce.subtract(1, ordering: .relaxed)
        }

        static func name(_ url: String) -> String { url.split(separator: "/").last.map(String.init) ?? "" }
    }

    private func withStore(
        seed: UInt64 = 0,
        _ body: @escaping @Sendable (ResponseCache, SlowStore, RequestContext, Simulation) async throws -> Void
    ) throws {
        try withCache(seed: seed, over: { try SlowStore($0) }, body)
    }

    @Test func whatIsKeptIsFoundAndCounted() throws {
        try withStore { cache, store, context, _ in
            let entry = CacheEntry.example(receivedAt: context.runtime.now)
            cache.put(entry)
            try await cache.flush()
            #expect(try await cache.entries(for: entry.key, context).first === entry)
            #expect(try await cache.usage().entries == 1)
            #expect(try await cache.remove(url: entry.key.url) == 1)
            #expect(cache.statistics().invalidations == 1)
            #expect(cache.statistics().stored == 1)
        }
    }

    @Test func writesToOneURLKeepTheirOrderAndOthersGoSideBySide() throws {
        for seed in Simulation.seeds(200) {
            try withStore(seed: seed) { cache, store, context, _ in
                for size in 0..<20 {
                    for path in ["a", "b", "c"] {
                        cache.put(.example(.example(path), body: Data(count: size), receivedAt: context.runtime.now))
                    }
                }
                try await cache.flush()
                let told = store.told.withLock { $0 }
                for path in ["a", "b", "c"] {
                    #expect(told.filter { $0.contains(path) } == (0..<20).map { "put \(path) \($0)" })
                }
                #expect(store.mostAtOnce.load(ordering: .relaxed) == 3)
            }
        }
    }

    @Test func aClearingComesAfterWhatWasBeforeAndBeforeWhatIsAfter() throws {
        for seed in Simulation.seeds(200) {
            try withStore(seed: seed) { cache, store, context, _ in
                for path in ["a", "b", "c"] { cache.put(.example(.example(path), receivedAt: context.runtime.now)) }
                cache.invalidate(.all)
                for path in ["d", "e"] { cache.put(.example(.example(path), receivedAt: context.runtime.now)) }
                try await cache.flush()
                let told = store.told.withLock { $0 }
                #expect(Set(told[..<3]) == ["put a 0", "put b 0", "put c 0"])
                #expect(told[3] == "remove")
                #expect(Set(told[4...]) == ["put d 0", "put e 0"])
            }
        }
    }

    @Test func whatWasForgottenIsNotServedThoughTheStoreStillHasIt() throws {
        for seed in Simulation.seeds(200) {
            try withStore(seed: seed) { cache, store, context, simulation in
                let entry = CacheEntry.example(receivedAt: context.runtime.now)
                cache.put(entry)
                try await cache.flush()
                // The store answers with what it had when it was asked, or forgets in the meantime.
                cache.invalidate(.url(entry.key.url))
                #expect(try await cache.entries(for: entry.key, context).isEmpty)
                try await cache.flush()
                let newer = CacheEntry.example(receivedAt: context.runtime.now)
                cache.put(newer)
                try await cache.flush()
                #expect(try await cache.entries(for: entry.key, context).first === newer)
                // A removal that never arrives.
                store.isBroken.store(true, ordering: .relaxed)
                cache.invalidate(.tag("other"))
                cache.invalidate(.key(entry.key))
                try await simulation.sleep(for: .seconds(10))
                #expect(store.memory.usage().entries == 1)
                #expect(try await cache.entries(for: entry.key, context).isEmpty)
            }
        }
    }

    @Test func beyondWhatCanBeRememberedNothingOldIsServed() throws {
        var forgotten = ForgottenAnswers()
        let entry = CacheEntry.example(receivedAt: MonotonicTime(nanoseconds: 5))
        for number in 0...ForgottenAnswers.limit {
            #expect(!forgotten.contains(entry))
            _ = forgotten.insert(.tag("\(number)"), now: MonotonicTime(nanoseconds: 5))
        }
        #expect(forgotten.contains(entry))
        #expect(!forgotten.contains(.example(receivedAt: MonotonicTime(nanoseconds: 6))))
    }
}
