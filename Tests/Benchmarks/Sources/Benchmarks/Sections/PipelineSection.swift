import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// What the pipeline itself costs, on a mock transport in three forms: it answers at once, it suspends once as every
/// real transport does, and it is deaf, so that every call is raced against its deadline.
struct PipelineSection: BenchmarkSection {
    let name = "pipeline"

    private static let nanoseconds = "nanoseconds"
    private static let allocations = "allocations"

    private struct Entry: Sendable {
        let name: String
        let form: String
        let budget: Double
        let client: ResilientClient
        var measurement = Measurement()
    }

    func measure(_ run: Run) async throws -> [ReportSection] {
        var entries = run.selection.rows(of: name, try makeEntries()) { "\($0.name), \($0.form)" }
        guard !entries.isEmpty else { return [] }
        run.progress.begin(name)
        let calls = run.options.isQuick ? 5_000 : 200_000
        guard let url = URL(string: "https://example.com/v1/items?page=2") else { throw CancellationError() }
        let headers: HeaderFields = [.accept: "application/json", .authorization: "Bearer 0123456789abcdef"]
        let request = ClientRequest(url: url, headers: headers)
        for round in 0..<8 {
            for index in entries.indices {
                run.progress.note(round: round, of: 8, entries[index].name)
                let client = entries[index].client
                var measurement = Measurement()
                try await measurement.addRound(calls: calls) {
                    for _ in 0..<calls { _ = try await client.send(request) }
                }
                // The first round warms up.
                if round > 0 { entries[index].measurement.append(measurement) }
            }
        }
        for entry in entries { await entry.client.shutdown(grace: .zero) }
        return [section(entries)]
    }

    private func section(_ entries: [Entry]) -> ReportSection {
        ReportSection(
            title: "Pipeline on a mock transport",
            notes: ["one call at a time; the budgets are for a transport that answers at once"],
            columns: [.init(Self.nanoseconds, "ns/call"), .init(Self.allocations, "allocations", decimals: 1)],
            rows: entries.map { entry in
                var row = ReportSection.Row(group: "transport: \(entry.form)", name: entry.name)
                row.values[Self.nanoseconds] = entry.measurement.nanoseconds
                row.values[Self.allocations] = entry.measurement.allocations
                if entry.form == Self.forms[0].name {
                    let isMet = entry.measurement.nanoseconds <= entry.budget
                    row.remark = String(format: "budget %.0f ns: ", entry.budget) + (isMet ? "met" : "missed")
                }
                return row
            },
            plot: .bars(column: Self.nanoseconds)
        )
    }

    private static let forms: [(name: String, make: @Sendable () -> MockTransport)] = [
        ("answers at once", { MockTransport(.ok, recordingLimit: 0) }),
        ("suspends", { MockTransport(.suspending, recordingLimit: 0) }),
        ("deaf", { MockTransport(.ok, isDeaf: true, recordingLimit: 0) }),
    ]

    private func makeEntries() throws -> [Entry] {
        let retryAndTimeout = Configuration.passthrough.with {
            $0.retry = RetryConfiguration()
            $0.timeouts.attempt = .seconds(30)
        }
        let all = try Peers.everyStage(cachesAndShares: false)
        // The five that Polly publishes a figure for.
        let five = retryAndTimeout.with {
            $0.timeouts.total = .seconds(60)
            $0.rateLimit = all.rateLimit
            $0.circuitBreaker = CircuitBreakerConfiguration()
        }
        let configurations: [(String, Configuration, Double)] = [
            ("pass-through", .passthrough, 300),
            ("retry + timeout", retryAndTimeout, 1500),
            ("total, limiter, retry, breaker, timeout", five, 1500),
            ("recommended", .recommended, 1500),
            ("recommended, flights", Configuration.recommended.with { $0.deduplication = .init() }, 3000),
            ("every stage but the cache", all, 3000),
        ]
        return try Self.forms.flatMap { form, make in
            try configurations.map { name, configuration, budget in
                let dependencies = Dependencies(transport: make())
                let client = try ResilientClient(configuration, dependencies: dependencies)
                return Entry(name: name, form: form, budget: budget, client: client)
            }
        }
    }
}
