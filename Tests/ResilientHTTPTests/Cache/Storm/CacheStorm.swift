import Foundation
import ResilientHTTPTesting
import Synchronization

@testable import ResilientHTTP

/// A few callers with different credentials read and change a few pages through one small cache with shared flights, while
/// calls are cancelled, answers expire and others take their place at any moment; and what must hold whatever happens.
struct CacheStorm: Sendable {
    let simulation: Simulation
    let random: SeededRandomSource
    let origin: CacheStormOrigin
    private let store: MemoryCacheStore
    private let client: ResilientClient

    static let unit: Duration = .milliseconds(250)
    static let callers = ["", "Bearer a", "Bearer b"]
    static let pages = ["w", "x", "y"]
    private static let calls = 18
    private static let changes = 3

    init(_ simulation: Simulation, seed: UInt64) throws {
        self.simulation = simulation
        random = SeededRandomSource(seed: seed)
        var cache = CacheConfiguration()
        cache.maxEntries = 1 + Int(random.next() % 2)
        if random.next() % 3 == 0 { cache.maxBytes = 4_000 }
        cache.retention = Self.unit * Int(random.next() % 12)
        cache.staleIfError = Self.unit * Int(random.next() % 8)
        if random.next() % 2 == 0 { cache.staleWhileRevalidate = Self.unit * Int(random.next() % 8) }
        store = try MemoryCacheStore(cache, runtime: simulation.runtime)
        origin = CacheStormOrigin(
            random: SeededRandomSource(seed: seed &+ 1),
            store: store,
            bounds: CacheUsage(entries: cache.maxEntries, bytes: cache.maxBytes),
            longestStale: max(cache.staleIfError, cache.staleWhileRevalidate)
        )
        var dependencies = Dependencies(transport: origin, runtime: simulation.runtime)
        dependencies.cacheStore = store
        let configuration = Configuration.passthrough.with {
            $0.cache = cache
            $0.deduplication = DeduplicationConfiguration()
        }
        client = try ResilientClient(configuration, dependencies: dependencies)
    }

    func run() async throws -> Tally<CacheStormOrigin.Event> {
        var tasks = (0..<Self.calls).map { _ in start(read) }
        tasks += (0..<Self.changes).map { _ in start(change) }
        for task in tasks { try await task.value }
        // Nobody waits for what is fetched in the background.
        try await sleep(40)
        guard client.callsInFlight == 0 else { throw Violation("\(client.callsInFlight) calls are left") }
        if let left = client.deduplicationStatistics(), left.flying + left.waiting > 0 {
            throw Violation("\(left) is left")
        }
        try origin.checkBounds()
        let rate = client.cache?.statistics().lookups.hitRate ?? 0
        guard (0...1).contains(rate) else { throw Violation("a hit rate of \(rate)") }
        await client.shutdown(grace: .zero)
        return origin.tally
    }

    private func start(_ operation: @escaping @Sendable () async throws -> Void) -> Task<Void, any Error> {
        simulation.start(operation)
    }

    private func read() async throws {
        try await sleep(below(24))
        let (page, caller) = (Self.pages[below(Self.pages.count)], Self.callers[below(Self.callers.count)])
        let options = RequestOptions(totalTimeout: below(4) == 0 ? Self.unit * (1 + below(6)) : nil)
        let began = simulation.runtime.now
        let call = start {
            do {
                let response = try await client.send(request(page, caller), options: options)
                try origin.check(response, page, caller, began: began, now: simulation.runtime.now)
            } catch let error as ResilientError where error.code == .deadlineExceeded && options.totalTimeout != nil {
                return
            } catch is CancellationError {
                guard Task.isCancelled else { throw Violation("cancelled by somebody else") }
            }
        }
        if below(3) == 0 {
            try await sleep(below(5))
            origin.noteCancellation(page, caller)
            call.cancel()
        }
        try await call.value
    }

    private func change() async throws {
        try await sleep(below(24))
        let (page, caller) = (Self.pages[below(Self.pages.count)], Self.callers[below(Self.callers.count)])
        var request = request(page, caller)
        request.method = .put
        request.body = .text("new")
        let response = try await client.send(request)
        if response.status.isSuccess { origin.noteChanged(page, by: response, now: simulation.runtime.now) }
    }

    private func request(_ page: String, _ caller: String) -> ClientRequest {
        ClientRequest(url: .example(page), headers: caller.isEmpty ? [:] : [.authorization: caller])
    }

    private func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    private func sleep(_ units: Int) async throws {
        let shot = OneShot<Void>()
        _ = simulation.runtime.schedule(at: simulation.runtime.now + Self.unit * units) {
            shot.resolve(.success(()))
        }
        try await shot.value()
    }

}
