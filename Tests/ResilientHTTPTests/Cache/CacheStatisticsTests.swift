import Foundation
import Testing

@testable import ResilientHTTP

@Suite struct CacheStatisticsTests {
    private func cache(_ bounds: CacheConfiguration = CacheConfiguration()) throws -> ResponseCache {
        try ResponseCache(bounds, store: nil, runtime: .system)
    }

    @Test func outcomesAreCountedAsAWholeAndByEndpoint() throws {
        let cache = try cache()
        for outcome in [CacheOutcome.hit, .hit, .stale, .miss] { cache.note(outcome, endpoint: "users") }
        for outcome in [CacheOutcome.revalidated, .replaced] { cache.note(outcome, endpoint: nil) }
        let statistics = cache.statistics()
        #expect(statistics.lookups.count == 6)
        #expect(statistics.hitRate == 0.5)
        #expect(statistics.byEndpoint.keys.elementsEqual(["users"]))
        #expect(statistics.byEndpoint["users"]?.hitRate == 0.75)
        #expect(statistics.lookups.revalidations == 1)
        #expect(statistics.lookups.replaced == 1)
        #expect(CacheStatistics().hitRate == 0)
    }

    @Test func endpointsAreBounded() throws {
        let cache = try cache()
        for number in 0..<1000 { cache.note(.hit, endpoint: "endpoint-\(number)") }
        let statistics = cache.statistics()
        #expect(statistics.byEndpoint.count == CacheCounters.endpointLimit + 1)
        #expect(statistics.byEndpoint["other"]?.hits == 1000 - CacheCounters.endpointLimit)
        #expect(statistics.lookups.hits == 1000)
    }

    @Test func whatIsKeptAndWhatGoesIsCounted() async throws {
        let cache = try cache(.bounds(entries: 2, entryBytes: 4096))
        for path in ["a", "b", "c"] { cache.put(.example(.example(path))) }
        cache.put(.example(.example("d"), body: Data(count: 5000)))
        #expect(try await cache.remove(url: URL.example("c").absoluteString) == 1)
        cache.invalidate(.url(URL.example("b").absoluteString))
        let statistics = cache.statistics()
        #expect(statistics.stored == 3)
        #expect(statistics.refused == 1)
        #expect(statistics.evictions == 1)
        #expect(statistics.invalidations == 2)
        #expect(statistics.entries == 0)
        #expect(statistics.bytes == 0)
        cache.resetStatistics()
        var nothing = CacheStatistics()
        (nothing.entries, nothing.bytes) = (0, 0)
        #expect(cache.statistics() == nothing)
    }

    @Test func theyAreDataWithTheirRate() throws {
        let cache = try cache()
        cache.note(.hit, endpoint: "users")
        let data = try JSONEncoder().encode(cache.statistics())
        #expect(try JSONDecoder().decode(CacheStatistics.self, from: data) == cache.statistics())
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let users = (object["by_endpoint"] as? [String: Any])?["users"] as? [String: Any]
        #expect(users?["hit_rate"] as? Double == 1)
    }
}
