import CAllocations
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization

/// What a call holds while it waits, for a slot, for a limit or for its retry: the bytes of the heap for each of ten
/// thousand.
///
/// The task that makes the call is the caller's; it is measured by itself, and both figures are shown.
struct WaitingBenchmarks: Sendable {
    private struct Row {
        let name: String
        let bytes: Double
    }

    /// What the design allows a call that waits.
    private static let budget = 4_096

    /// Where tasks that only wait are held.
    private final class Gate: Sendable {
        private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])

        var count: Int { waiting.withLock { $0.count } }

        func pass() async {
            await withCheckedContinuation { continuation in waiting.withLock { $0.append(continuation) } }
        }

        func open() {
            let all = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            for continuation in all { continuation.resume() }
        }
    }

    let options: BenchmarkOptions

    private var calls: Int { options.isQuick ? 1_000 : 10_000 }

    func run() async {
        let rows: [(String, @Sendable () async throws -> Double)] = [
            ("waiting: the task alone", bytesOfATask),
            ("waiting: a task that sleeps", bytesOfASleep),
            ("waiting: pass-through, in the queue", { try await inQueue(.passthrough) }),
            ("waiting: recommended + total, in the queue", { try await inQueue(.recommended) }),
            ("waiting: the same, by a verb", { try await inQueue(.recommended, byVerb: true) }),
            ("waiting: recommended + total, at the limiter", { try await atLimiter(byVerb: false) }),
            ("waiting: the same, by a verb ", { try await atLimiter(byVerb: true) }),
            ("waiting: recommended + total, for its retry", { try await forRetry(byVerb: false) }),
            ("waiting: the same, by a verb  ", { try await forRetry(byVerb: true) }),
            ("waiting: recommended + total, for an answer", { try await forAnAnswer(flights: nil) }),
            ("waiting: the same, in one flight", { try await forAnAnswer(flights: 1) }),
            ("waiting: the same, in a flight each", { try await forAnAnswer(flights: .max) }),
        ]
        let wanted = rows.filter { name, _ in options.only.map(name.contains) ?? true }
        guard !wanted.isEmpty else { return }
        do {
            // The first one warms up.
            _ = try await inQueue(.recommended)
            let task = try await bytesOfATask()
            var results: [Row] = []
            for (name, measure) in wanted { results.append(Row(name: name, bytes: try await measure())) }
            report(results, task: task)
        } catch {
            print("the benchmark failed: \(error)")
        }
    }

    /// Calls in the admission queue behind one that keeps the only slot.
    private func inQueue(_ configuration: Configuration, byVerb: Bool = false) async throws -> Double {
        let client = try makeClient(configuration)
        guard let queue = client.queue else { throw CancellationError() }
        let gate = Gate()
        let bytes = try await bytes(
            of: try call(client, byVerb: byVerb),
            before: {
                _ = queue.enqueue { await gate.pass() }
                while gate.count < 1 { await Task.yield() }
            },
            waiting: { queue.stats.depth.values.reduce(0, +) },
            end: gate.open
        )
        await client.shutdown(grace: .zero)
        return bytes
    }

    /// Calls that have a slot and wait for a limit that is used up.
    private func atLimiter(byVerb: Bool) async throws -> Double {
        let client = try makeClient(
            .recommended.with {
                var limit = RateLimitConfiguration(["all": .tokenBucket(rate: 1, burst: 1)])
                limit.maxWaiters = calls
                $0.rateLimit = limit
            },
            slots: calls
        )
        guard let limiter = client.rateLimiter else { throw CancellationError() }
        let bytes = try await bytes(
            of: try call(client, byVerb: byVerb),
            before: { _ = try? limiter.tryAcquire() },
            waiting: { limiter.waiting + limiter.totals.granted - 1 }
        )
        await client.shutdown(grace: .zero)
        return bytes
    }

    /// Calls whose first attempt has failed.
    private func forRetry(byVerb: Bool) async throws -> Double {
        let transport = MockTransport(.status(503), recordingLimit: 0)
        let client = try makeClient(
            .recommended.with {
                $0.circuitBreaker?.failureThreshold = 1_000_000
                $0.retry?.backoff = .constant(.seconds(3_600))
                $0.retry?.budget = nil
            },
            slots: nil,
            transport: transport
        )
        let bytes = try await bytes(of: try call(client, byVerb: byVerb), waiting: { transport.requestCount })
        await client.shutdown(grace: .zero)
        return bytes
    }

    /// Calls whose answers do not come, in so many flights if there are any.
    private func forAnAnswer(flights: Int?) async throws -> Double {
        let transport = MockTransport(.hang, recordingLimit: 0)
        let client = try makeClient(
            .recommended.with {
                // Nobody is to wait for a backoff at the end.
                $0.retry?.maxAttempts = 1
                if flights != nil { $0.deduplication = DeduplicationConfiguration() }
            },
            slots: calls,
            transport: transport
        )
        let begun = Mutex(0)
        let bytes = try await bytes(
            of: {
                let call = begun.withLock { begun in
                    begun += 1
                    return begun
                }
                let url = try client.url("/items?page=\(call % (flights ?? .max))")
                _ = try await client.send(ClientRequest(url: url, headers: [.accept: "application/json"]))
            },
            waiting: { client.deduplicationStatistics()?.waiting ?? transport.hangingCount },
            end: transport.releaseHanging
        )
        await client.shutdown(grace: .zero)
        return bytes
    }

    /// A client with a total timeout, and one slot unless said; nil for no queue.
    private func makeClient(
        _ configuration: Configuration,
        slots: Int? = 1,
        transport: MockTransport = MockTransport(.ok, recordingLimit: 0)
    ) throws -> ResilientClient {
        try ResilientClient(
            configuration.with {
                $0.baseURL = URL(string: "https://example.com/v1")
                if $0.validation != nil { $0.timeouts.total = .seconds(100_000) }
                if let slots { $0.admission = AdmissionConfiguration(maxConcurrentRequests: slots, capacity: calls) }
            },
            dependencies: Dependencies(transport: transport)
        )
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

    private func bytesOfASleep() async throws -> Double {
        let asleep = Mutex(0)
        return try await bytes(
            of: {
                asleep.withLock { $0 += 1 }
                try await Task.sleep(for: .seconds(3_600))
            },
            waiting: { asleep.withLock { $0 } }
        )
    }

    private func bytesOfATask() async throws -> Double {
        let gate = Gate()
        return try await bytes(of: gate.pass, waiting: { gate.count }, end: gate.open)
    }

    /// Starts the waits, and compares the heap before with that when all of them wait: what the queue, the clock and the
    /// client keep for each of them is in it.
    private func bytes(
        of operation: @escaping @Sendable () async throws -> Void,
        before: () async -> Void = {},
        waiting: () -> Int,
        end: () -> Void = {}
    ) async throws -> Double {
        await before()
        var tasks: [Task<Void, any Error>] = []
        tasks.reserveCapacity(calls)
        let empty = heap_bytes_in_use()
        for _ in 0..<calls { tasks.append(Task.detached { try await operation() }) }
        while waiting() < calls { try await Task.sleep(for: .milliseconds(1)) }
        // Those that have just been counted are on their way to their wait.
        try await Task.sleep(for: .milliseconds(50))
        let bytes = Double(heap_bytes_in_use()) - Double(empty)
        for task in tasks { task.cancel() }
        end()
        for task in tasks { _ = await task.result }
        return bytes / Double(calls)
    }

    private func report(_ rows: [Row], task: Double) {
        if options.printsJSON {
            for row in rows { print(#"{"name":"\#(row.name)","bytes":\#(row.bytes)}"#) }
            return
        }
        print("\(calls) calls that wait                          bytes/call   without task   budget")
        for row in rows {
            let name = row.name.padding(toLength: 44, withPad: " ", startingAt: 0)
            let budget = row.name.contains("task") ? "" : "\(Self.budget)"
            print(name + String(format: "%15.0f %14.0f   ", row.bytes, row.bytes - task) + budget)
        }
    }
}
