import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization

/// Where calls can wait: for a slot, for a limit, for a retry, for an answer; each with room for so many.
struct WaitingPlaces {
    let calls: Int

    /// Tasks that only wait.
    func task(_ name: String) -> WaitingPlace {
        let gate = Gate()
        return WaitingPlace(name: name, operation: gate.pass, waiting: { gate.count }, release: gate.open)
    }

    func sleep(_ name: String) -> WaitingPlace {
        let asleep = Mutex(0)
        return WaitingPlace(
            name: name,
            operation: {
                asleep.withLock { $0 += 1 }
                try await Task.sleep(for: .seconds(3_600))
            },
            waiting: { asleep.withLock { $0 } }
        )
    }

    /// In the admission queue, behind one that keeps the only slot.
    func inQueue(_ name: String, _ configuration: Configuration, byVerb: Bool = false) throws -> WaitingPlace {
        let client = try makeClient(configuration)
        guard let queue = client.queue else { throw CancellationError() }
        let gate = Gate()
        return WaitingPlace(
            name: name,
            operation: try call(client, byVerb: byVerb),
            before: {
                _ = queue.enqueue { await gate.pass() }
                while gate.count < 1 { await Task.yield() }
            },
            waiting: { queue.stats.depth.values.reduce(0, +) },
            release: gate.open,
            shutdown: { await client.shutdown(grace: .zero) }
        )
    }

    /// With a slot, for a limit that is used up.
    func atLimiter(_ name: String, byVerb: Bool = false) throws -> WaitingPlace {
        let configuration = Configuration.recommended.with {
            var limit = RateLimitConfiguration(["all": .tokenBucket(rate: 1, burst: 1)])
            limit.maxWaiters = calls
            $0.rateLimit = limit
        }
        let client = try makeClient(configuration, slots: calls)
        guard let limiter = client.rateLimiter else { throw CancellationError() }
        return WaitingPlace(
            name: name,
            operation: try call(client, byVerb: byVerb),
            before: { _ = try? limiter.tryAcquire() },
            waiting: { limiter.waiting + limiter.totals.granted - 1 },
            shutdown: { await client.shutdown(grace: .zero) }
        )
    }

    /// After a first attempt that has failed.
    func forRetry(_ name: String, byVerb: Bool = false) throws -> WaitingPlace {
        let transport = MockTransport(.status(503), recordingLimit: 0)
        let configuration = Configuration.recommended.with {
            $0.circuitBreaker?.failureThreshold = 1_000_000
            $0.retry?.backoff = .constant(.seconds(3_600))
            $0.retry?.budget = nil
        }
        let client = try makeClient(configuration, slots: nil, transport: transport)
        return WaitingPlace(
            name: name,
            operation: try call(client, byVerb: byVerb),
            waiting: { transport.requestCount },
            shutdown: { await client.shutdown(grace: .zero) }
        )
    }

    /// For answers that do not come, in so many flights if there are any.
    func forAnAnswer(_ name: String, flights: Int?) throws -> WaitingPlace {
        let transport = MockTransport(.hang, recordingLimit: 0)
        let configuration = Configuration.recommended.with {
            // Nobody is to wait for a backoff at the end.
            $0.retry?.maxAttempts = 1
            if flights != nil { $0.deduplication = DeduplicationConfiguration() }
        }
        let client = try makeClient(configuration, slots: calls, transport: transport)
        let begun = Counter()
        return WaitingPlace(
            name: name,
            operation: {
                let url = try client.url("/items?page=\(begun.next() % (flights ?? .max))")
                _ = try await client.send(ClientRequest(url: url, headers: [.accept: "application/json"]))
            },
            waiting: { client.deduplicationStatistics()?.waiting ?? transport.hangingCount },
            release: transport.releaseHanging,
            shutdown: { await client.shutdown(grace: .zero) }
        )
    }

    /// A client with a total timeout, and one slot unless said; nil for no queue.
    private func makeClient(
        _ configuration: Configuration,
        slots: Int? = 1,
        transport: MockTransport = MockTransport(.suspending, recordingLimit: 0)
    ) throws -> ResilientClient {
        let limited = configuration.with {
            $0.baseURL = URL(string: "https://example.com/v1")
            if $0.validation != nil { $0.timeouts.total = .seconds(100_000) }
            if let slots { $0.admission = AdmissionConfiguration(maxConcurrentRequests: slots, capacity: calls) }
        }
        return try ResilientClient(limited, dependencies: Dependencies(transport: transport))
    }

    /// A call of a request that is there already, or by a verb, which makes URL and request for each.
    private func call(_ client: ResilientClient, byVerb: Bool) throws -> @Sendable () async throws -> Void {
        let headers: HeaderFields = [.accept: "application/json", .authorization: "Bearer 0123456789abcdef"]
        if byVerb {
            return {
                _ = try await client.get("/items", query: [URLQueryItem(name: "page", value: "2")], headers: headers)
            }
        }
        let request = ClientRequest(url: try client.url("/items?page=2"), headers: headers)
        return { _ = try await client.send(request) }
    }
}
