import CAllocations
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization

/// What a call holds while it waits: the bytes of the heap for each of ten thousand.
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
        let names = [
            "waiting: the task alone", "waiting: pass-through", "waiting: recommended + total",
            "waiting: for an answer", "waiting: for one flight", "waiting: for a flight each",
        ]
        guard options.only.map({ only in names.contains { $0.contains(only) } }) ?? true else { return }
        do {
            // The first one warms up.
            _ = try await bytesOfACall(.recommended)
            let task = try await bytesOfATask()
            let bare = try await bytesOfACall(.passthrough)
            let full = try await bytesOfACall(Configuration.recommended.with { $0.timeouts.total = .seconds(3_600) })
            let answer = try await bytesOfAnAnswer(isShared: false) { $0 }
            let one = try await bytesOfAnAnswer(isShared: true) { _ in 0 }
            let each = try await bytesOfAnAnswer(isShared: true) { $0 }
            report(zip(names, [task, bare, full, answer, one, each]).map { Row(name: $0, bytes: $1) }, task: task)
        } catch {
            print("the benchmark failed: \(error)")
        }
    }

    /// Calls in the admission queue behind one that keeps the only slot.
    private func bytesOfACall(_ configuration: Configuration) async throws -> Double {
        guard let url = URL(string: "https://example.com/v1/items?page=2") else { throw CancellationError() }
        let client = try ResilientClient(
            configuration.with { $0.admission = AdmissionConfiguration(maxConcurrentRequests: 1, capacity: calls) },
            dependencies: Dependencies(transport: MockTransport(.ok, recordingLimit: 0))
        )
        guard let queue = client.queue else { throw CancellationError() }
        let request = ClientRequest(
            url: url,
            headers: [.accept: "application/json", .authorization: "Bearer 0123456789abcdef"]
        )
        let gate = Gate()
        let bytes = try await bytes(
            of: { _ in _ = try await client.send(request) },
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

    /// Calls whose answers do not come; those of the same page share a flight, if there are flights.
    private func bytesOfAnAnswer(isShared: Bool, page: @escaping @Sendable (Int) -> Int) async throws -> Double {
        let transport = MockTransport(.hang, recordingLimit: 0)
        let client = try ResilientClient(
            Configuration.recommended.with {
                $0.timeouts.total = .seconds(3_600)
                // Nobody is to wait for a backoff at the end.
                $0.retry?.maxAttempts = 1
                if isShared { $0.deduplication = DeduplicationConfiguration() }
            },
            dependencies: Dependencies(transport: transport)
        )
        let request = ClientRequest(url: URL(filePath: "/"), headers: [.accept: "application/json"])
        let bytes = try await bytes(
            of: { call in
                var request = request
                guard let url = URL(string: "https://example.com/v1/items?page=\(page(call))") else { return }
                request.url = url
                _ = try? await client.send(request)
            },
            before: {},
            waiting: { client.deduplicationStatistics()?.waiting ?? transport.hangingCount },
            end: { transport.releaseHanging() }
        )
        await client.shutdown(grace: .zero)
        return bytes
    }

    private func bytesOfATask() async throws -> Double {
        let gate = Gate()
        return try await bytes(of: { _ in await gate.pass() }, before: {}, waiting: { gate.count }, end: gate.open)
    }

    /// Starts the waits, and compares the heap before with that when all of them wait: what the queue, the clock and the
    /// client keep for each of them is in it.
    private func bytes(
        of operation: @escaping @Sendable (Int) async throws -> Void,
        before: () async -> Void,
        waiting: () -> Int,
        end: () -> Void
    ) async throws -> Double {
        await before()
        var tasks: [Task<Void, any Error>] = []
        tasks.reserveCapacity(calls)
        let empty = heap_bytes_in_use()
        for call in 0..<calls { tasks.append(Task.detached { try await operation(call) }) }
        while waiting() < calls { try await Task.sleep(for: .milliseconds(1)) }
        // Those that have just been counted are on their way to their wait.
        try await Task.sleep(for: .milliseconds(50))
        let bytes = Double(heap_bytes_in_use()) - Double(empty)
        end()
        for task in tasks { try await task.value }
        return bytes / Double(calls)
    }

    private func report(_ rows: [Row], task: Double) {
        if options.printsJSON {
            for row in rows { print(#"{"name":"\#(row.name)","bytes":\#(row.bytes)}"#) }
            return
        }
        print("\(calls) calls that wait                      bytes/call   without task   budget")
        for row in rows {
            let name = row.name.padding(toLength: 40, withPad: " ", startingAt: 0)
            let budget = row.bytes == task ? "" : "\(Self.budget)"
            print(name + String(format: "%15.0f %14.0f   ", row.bytes, row.bytes - task) + budget)
        }
    }
}
