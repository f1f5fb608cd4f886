import CAllocations
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization

/// What an answer from the cache costs, in the store alone and as a whole call, with one entry and with 100,000, each
/// asked for in the same shuffled order; and whether the bytes that the store counts are the bytes that it takes.
struct CacheBenchmarks: Sendable {
    let options: BenchmarkOptions

    private static let sizes = [1, 100_000]
    private static let entryCount = 100_000

    func run() async {
        guard options.only.map({ "cache".contains($0) }) ?? true else { return }
        do {
            let scope = try await scope()
            print("\ncache                                          ns/call   allocations   × 1 entry   budget")
            try await report("hit in the memory store") { count in try await self.hits(count, scope) }
            try await report("kept in the memory store, full") { count in try await self.writes(count, scope) }
            try await report("hit as a call, cache alone", budget: "1500 ns") { count in
                try await self.calls(count, .passthrough)
            }
            try await report("hit as a call, recommended") { count in try await self.calls(count, .recommended) }
            for bytes in [0, 1000, 20_000] { try reportMemory(bodyBytes: bytes, scope) }
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

    private func hits(_ entries: Int, _ scope: CredentialScope) async throws -> Measurement {
        let store = try MemoryCacheStore(bounds)
        let kept = (0..<entries).map { self.entry($0, scope, bodyBytes: 100) }
        for entry in kept { store.put(entry) }
        let keys = kept.map(\.key).shuffled()
        return try await measure(entries) { number in
            guard store.entries(for: keys[number]).count == 1 else { throw CancellationError() }
        }
    }

    /// Each takes the place of another.
    private func writes(_ entries: Int, _ scope: CredentialScope) async throws -> Measurement {
        var bounds = bounds
        bounds.maxEntries = entries
        let store = try MemoryCacheStore(bounds)
        let kept = (0..<entries * 2).map { self.entry($0, scope, bodyBytes: 100) }
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

    private func reportMemory(bodyBytes: Int, _ scope: CredentialScope) throws {
        let count = bodyBytes > 10_000 ? 10_000 : Self.entryCount
        let store = try MemoryCacheStore(bounds)
        let before = heap_bytes_in_use()
        for number in 0..<count { store.put(entry(number, scope, bodyBytes: bodyBytes)) }
        let taken = Double(heap_bytes_in_use() - before)
        let usage = store.usage()
        guard usage.entries == count else { throw CancellationError() }
        let text = String(
            format: "%d entries of %d bytes: counted %.0f bytes each, on the heap %.0f (× %.3f)",
            count,
            bodyBytes,
            Double(usage.bytes) / Double(count),
            taken / Double(count),
            taken / Double(usage.bytes)
        )
        print(text)
    }

    private var bounds: CacheConfiguration {
        var bounds = CacheConfiguration()
        (bounds.maxEntries, bounds.maxBytes) = (1_000_000, 2 << 30)
        return bounds
    }

    private func url(_ number: Int) -> String {
        "https://api.example.com/v1/items/\(number)?fields=name,price"
    }

    private func entry(_ number: Int, _ scope: CredentialScope, bodyBytes: Int) -> CacheEntry {
        let now = ClientRuntime.system.now
        return CacheEntry(
            key: CacheKey(scope: scope, url: url(number)),
            status: 200,
            // As from the wire, where no two answers share a text.
            headers: HeaderFields([
                .init(name: .contentType, value: "application/json; charset=utf-8 \(number)"),
                .init(name: .eTag, value: "\"0123456789abcdef-\(number)\""),
                .init(name: .cacheControl, value: "private, max-age=3600 \(number)"),
            ]),
            // Without room for more, as a client keeps it.
            body: Data([UInt8](repeating: 1, count: bodyBytes)),
            receivedAt: now,
            lifetime: .seconds(3600),
            discardAt: now + .seconds(3600 + number % 1000)
        )
    }

    /// A scope can only be had from a call.
    private func scope() async throws -> CredentialScope {
        let taker = ScopeTaker()
        let client = try ResilientClient(.passthrough, dependencies: Dependencies(transport: taker))
        guard let url = URL(string: url(0)) else { throw CancellationError() }
        _ = try await client.send(ClientRequest(url: url))
        await client.shutdown(grace: .zero)
        guard let scope = taker.scope.withLock({ $0 }) else { throw CancellationError() }
        return scope
    }

    private final class ScopeTaker: Transport {
        let scope = Mutex<CredentialScope?>(nil)
        let capabilities = TransportCapabilities()

        func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
            scope.withLock { $0 = context.credentialScope(of: request) }
            return ClientResponse(status: 200)
        }

        func shutdown() async {}
    }
}
