import CAllocations
import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// What an answer from the cache costs, in the store alone and as a whole call, with one entry and with 100,000, each
/// asked for in the same shuffled order; and whether the bytes that the store counts are the bytes that it takes.
struct CacheBenchmarks: Sendable {
    let options: BenchmarkOptions

    private static let sizes = [1, 100_000]
    private static let entryCount = 100_000

    func run() async {
        guard options.only.map({ "cache".contains($0) }) ?? true else { return }
        do {
            print("\ncache                                          ns/call   allocations   × 1 entry   budget")
            try await report("hit in the memory store") { count in try await self.hits(count) }
            try await report("kept in the memory store, full") { count in try await self.writes(count) }
            try await report("hit as a call, cache alone", budget: "1500 ns") { count in
                try await self.calls(count, .passthrough)
            }
            try await report("hit as a call, recommended") { count in try await self.calls(count, .recommended) }
            for bytes in [0, 1000, 20_000] { try await reportMemory(bodyBytes: bytes) }
        } catch {
            print("the benchmark failed: \(error)")
        }
    }

    private func report(
        _ name: String,
        budget: String = "",
        _ measure: (Int) async throws -> Measurement
    ) async throws {
        var base: Double?
        for size in Self.sizes {
            let measurement = try await measure(size)
            base = base ?? measurement.nanoseconds
            let title = "\(name), \(size)".padding(toLength: 43, withPad: " ", startingAt: 0)
            let ratio = measurement.nanoseconds / (base ?? 1)
            let figures = String(
                format: "%11.0f %13.1f %11.2f   ",
                measurement.nanoseconds,
                measurement.allocations,
                ratio
            )
            print(title + figures + budget)
        }
    }

    private var rounds: Int { 6 }

    private func callCount(_ entries: Int) -> Int {
        max(entries, options.isQuick ? 20_000 : 200_000)
    }

    /// The first round warms up.
    private func measure(_ entries: Int, _ body: (Int) async throws -> Void) async rethrows -> Measurement {
        var measurement = Measurement()
        let calls = callCount(entries)
        for round in 0..<rounds {
            var once = Measurement()
            try await once.addRound(calls: calls) { for call in 0..<calls { try await body(call % entries) } }
            if round > 0 { measurement.append(once) }
        }
        return measurement
    }

    private func hits(_ entries: Int) async throws -> Measurement {
        let store = try MemoryCacheStore(bounds)
        let kept = (0..<entries).map { entry($0) }
        for entry in kept { store.put(entry) }
        let keys = kept.map(\.key).shuffled()
        return try await measure(entries) { number in
            guard store.entries(for: keys[number]).count == 1 else { throw CancellationError() }
        }
    }

    /// Each takes the place of another.
    private func writes(_ entries: Int) async throws -> Measurement {
        var bounds = bounds
        bounds.maxEntries = entries
        let store = try MemoryCacheStore(bounds)
        let kept = (0..<entries * 2).map { entry($0) }
        for entry in kept { store.put(entry) }
        return await measure(entries * 2) { number in store.put(kept[number]) }
    }

    private func calls(_ entries: Int, _ configuration: Configuration) async throws -> Measurement {
        let answer = MockAnswer.status(
            200,
            headers: [.cacheControl: "max-age=3600", .contentType: "application/json"],
            body: String(repeating: "x", count: 100)
        )
        let transport = MockTransport(answer, recordingLimit: 0)
        let client = try ResilientClient(
            configuration.with { $0.cache = bounds },
            dependencies: Dependencies(transport: transport)
        )
        let requests = try (0..<entries).shuffled().map { number in
            guard let url = URL(string: url(number)) else { throw CancellationError() }
            return ClientRequest(url: url, headers: [.accept: "application/json", .authorization: "Bearer 0123456789"])
        }
        for request in requests { _ = try await client.send(request) }
        let before = transport.requestCount
        let measurement = try await measure(entries) { _ = try await client.send(requests[$0]) }
        if transport.requestCount > before {
            print("(not from the cache: \(transport.requestCount - before) requests)")
        }
        await client.shutdown(grace: .zero)
        return measurement
    }

    /// As a client fills it, each entry served once.
    private func reportMemory(bodyBytes: Int) async throws {
        let count = bodyBytes > 10_000 ? 10_000 : Self.entryCount
        let client = try ResilientClient(
            .passthrough.with { $0.cache = bounds },
            dependencies: Dependencies(transport: UniqueAnswers(bodyBytes: bodyBytes))
        )
        let before = heap_bytes_in_use()
        for _ in 0..<2 {
            for number in 0..<count {
                guard let url = URL(string: url(number)) else { throw CancellationError() }
                _ = try await client.send(ClientRequest(url: url))
            }
        }
        let taken = Double(heap_bytes_in_use() - before)
        let statistics = client.cache?.statistics() ?? CacheStatistics()
        guard statistics.lookups.hits == count, let bytes = statistics.bytes else {
            return print("(not from the cache: \(count - statistics.lookups.hits) requests)")
        }
        let text = String(
            format: "%d entries of %d bytes: counted %.0f bytes each, on the heap %.0f (× %.3f)",
            count,
            bodyBytes,
            Double(bytes) / Double(count),
            taken / Double(count),
            taken / Double(bytes)
        )
        print(text)
        await client.shutdown(grace: .zero)
    }

    private var bounds: CacheConfiguration {
        var bounds = CacheConfiguration()
        (bounds.maxEntries, bounds.maxBytes) = (1_000_000, 2 << 30)
        return bounds
    }

    private func url(_ number: Int) -> String {
        "https://api.example.com/v1/items/\(number)?fields=name,price"
    }

    private func entry(_ number: Int) -> CacheEntry {
        let now = ClientRuntime.system.now
        return CacheEntry(
            key: CacheKey(scope: .anonymous, url: url(number)),
            status: 200,
            headers: [.contentType: "application/json"],
            body: Data(repeating: 1, count: 100),
            receivedAt: now,
            lifetime: .seconds(3600),
            discardAt: now + .seconds(3600 + number % 1000)
        )
    }

    /// Answers as from the wire, where no two share a text, and bodies arrive in pieces.
    private struct UniqueAnswers: Transport {
        let bodyBytes: Int
        let capabilities = TransportCapabilities()

        func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
            let number = request.url.path
            var body = Data()
            while body.count < bodyBytes { body.append(Data(repeating: 1, count: min(4096, bodyBytes - body.count))) }
            let headers: HeaderFields = [
                .contentType: "application/json; charset=utf-8 \(number)", .eTag: "\"0123456789abcdef-\(number)\"",
                .cacheControl: "private, max-age=3600, secret=\(number)",
            ]
            return ClientResponse(status: 200, headers: headers, body: .bytes(body))
        }

        func shutdown() async {}
    }
}
