import Foundation
import ResilientHTTP

/// What the benchmarks of the cache keep.
enum CacheSamples {
    static var bounds: CacheConfiguration {
        var bounds = CacheConfiguration()
        (bounds.maxEntries, bounds.maxBytes) = (1_000_000, 2 << 30)
        return bounds
    }

    static func url(_ number: Int) throws -> URL {
        guard let url = URL(string: text(number)) else { throw CancellationError() }
        return url
    }

    static func entry(_ number: Int) -> CacheEntry {
        let now = ClientRuntime.system.now
        return CacheEntry(
            key: CacheKey(scope: .anonymous, url: text(number)),
            status: 200,
            headers: [.contentType: "application/json"],
            body: Data(repeating: 1, count: 100),
            receivedAt: now,
            lifetime: .seconds(3600),
            discardAt: now + .seconds(3600 + number % 1000)
        )
    }

    private static func text(_ number: Int) -> String {
        "https://api.example.com/v1/items/\(number)?fields=name,price"
    }
}
