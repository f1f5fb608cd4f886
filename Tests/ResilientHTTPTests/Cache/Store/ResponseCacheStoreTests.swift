import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

/// A cache whose store does what stores should not.
@Suite struct ResponseCacheStoreTests {
    /// A store that throws, never comes back, or brings back rubbish.
    struct BadStore: CacheStore {
        enum Kind: CaseIterable {
            case throwing
            case hanging
            case otherKey
            case hugeBody
            case future
            case negativeAge
            case tooMany
            case badField
        }

        struct Broken: Error {}

        let kind: Kind
        let runtime: ClientRuntime

        func entries(for key: CacheKey) async throws -> [CacheEntry] {
            try await fail()
            let now = runtime.now
            switch kind {
            case .throwing, .hanging: return []
            case .otherKey: return [.example(.example("other"))]
            case .hugeBody: return [.example(key, body: Data(count: 2 << 20))]
            case .future: return [.example(key, receivedAt: now + .seconds(3600))]
            case .negativeAge: return [CacheEntry.example(key).with(initialAge: .seconds(-100))]
            case .tooMany: return (0..<1000).map { .example(key, language: $0 < 16 ? "\(-1 - $0)\u{0}" : "\($0)") }
            case .badField: return [CacheEntry.example(key).with(headers: [.eTag: "a\r\nSet-Cookie: b"])]
            }
        }

        func put(_ entry: CacheEntry) async throws { try await fail() }

        func remove(_ selection: CacheSelection) async throws -> Int {
            try await fail()
            return -5
        }

        func usage() async throws -> CacheUsage {
            try await fail()
            return CacheUsage(entries: 0, bytes: 0)
        }

        private func fail() async throws {
            switch kind {
            case .throwing: throw Broken()
            case .hanging:
                // Deaf to cancellation, as the worst of them are.
                let shot = OneShot<Void>()
                _ = runtime.schedule(at: runtime.now + .seconds(1000)) { shot.resolve(.success(())) }
                try await shot.value()
            default: break
            }
        }
    }

    @Test(arguments: BadStore.Kind.allCases)
    func aBadStoreIsAMissAndCounted(_ kind: BadStore.Kind) throws {
        try withCache(over: { BadStore(kind: kind, runtime: $0.runtime) }) { cache, _, context, simulation in
            let began = simulation.clock.now
            for _ in 0..<3 {
                let found = try await cache.entries(for: .example(), context)
                // One answer of a thousand may be kept as long as each is what it says.
                #expect(found.isEmpty || kind == .tooMany)
                cache.put(.example())
                cache.invalidate(.all)
            }
            // One question that hung, and after it the store was left alone.
            #expect(simulation.clock.now - began <= .milliseconds(500))
            try await simulation.sleep(for: .seconds(2))
            let statistics = cache.statistics()
            #expect(statistics.invalidations == 0)
            switch kind {
            case .throwing, .hanging:
                #expect(statistics.storeFailures > 0)
                #expect(statistics.storeDropped > 0)
            default:
                #expect(statistics.storeRubbish >= 3)
                #expect(statistics.storeFailures == 0)
            }
        }
    }

    @Test(arguments: BadStore.Kind.allCases)
    func callsSucceedAsIfThereWereNoCache(_ kind: BadStore.Kind) throws {
        let transport = MockTransport(.fresh(60))
        let addStore: @Sendable (inout Dependencies) -> Void = {
            $0.cacheStore = BadStore(kind: kind, runtime: $0.runtime)
        }
        try simulate(.caching(), transport: transport, change: addStore) { client, simulation in
            let began = simulation.clock.now
            for number in 1...5 {
                let response = try await client.fetch()
                #expect(response.status == 200 && response.source == .network)
                #expect(transport.requestCount == number)
            }
            #expect(simulation.clock.now - began <= .milliseconds(500))
            let statistics = try #require(client.cache?.statistics())
            #expect(statistics.storeFailures + statistics.storeRubbish > 0)
            #expect(statistics.lookups.misses == 5 && statistics.hitRate == 0)
        }
    }

    @Test func aHangingStoreHoldsNoMoreThanItsBounds() throws {
        try withCache(over: { BadStore(kind: .hanging, runtime: $0.runtime) }) { cache, _, context, simulation in
            for _ in 0..<1000 { cache.put(.example()) }
            #expect(simulation.runtime.liveTasks <= StoreWrites.limit)
            for _ in 0..<600 {
                _ = try await cache.entries(for: .example(), context)
                try await simulation.sleep(for: .milliseconds(1500))
            }
            #expect(simulation.runtime.liveTasks <= StoreWrites.limit + StoreAccess.pendingLimit)
            let statistics = cache.statistics()
            #expect(statistics.storeDropped >= 1000 - StoreWrites.limit)
            #expect(statistics.storeFailures >= StoreAccess.pendingLimit)
        }
    }

    @Test func theCallsDeadlineAndCancellationPassThrough() throws {
        let make: @Sendable (Simulation) throws -> BadStore = { BadStore(kind: .hanging, runtime: $0.runtime) }
        try withCache(over: make, deadline: .milliseconds(100)) { cache, _, context, simulation in
            let began = simulation.clock.now
            let error = await resilientError { try await cache.entries(for: .example(), context) }
            #expect(error?.code == .deadlineExceeded)
            #expect(simulation.clock.now - began == .milliseconds(100))
            #expect(cache.statistics().storeFailures == 0)
        }
        try withCache(over: make) { cache, _, context, simulation in
            let task = simulation.start { try await cache.entries(for: .example(), context) }
            try await simulation.sleep(for: .milliseconds(10))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(cache.statistics().storeFailures == 0)
        }
    }

    @Test func clearingByHandSaysWhatWentWrong() throws {
        try withCache(over: { BadStore(kind: .throwing, runtime: $0.runtime) }) { cache, _, _, _ in
            await #expect(throws: BadStore.Broken.self) { try await cache.removeAll() }
            await #expect(throws: BadStore.Broken.self) { try await cache.usage() }
        }
        try withCache(over: { BadStore(kind: .hanging, runtime: $0.runtime) }) { cache, _, _, _ in
            #expect(await resilientError { try await cache.removeAll() }?.code == .deadlineExceeded)
            #expect(await resilientError { try await cache.usage() }?.code == .deadlineExceeded)
            #expect(await resilientError { try await cache.flush() }?.code == .deadlineExceeded)
        }
    }
}
