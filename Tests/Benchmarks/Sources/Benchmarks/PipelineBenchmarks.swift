import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// What the pipeline itself costs, on a mock transport in three forms: it answers at once, it suspends once as every
/// real transport does, and it is deaf, so that every call is raced against its deadline.
struct PipelineBenchmarks: Sendable {
    private struct Row: Sendable {
        let name: String
        let budget: Double?
        let client: ResilientClient
        var measurement = Measurement()
    }

    let options: BenchmarkOptions

    func run() async {
        do {
            var rows = try makeRows()
            if let only = options.only { rows = rows.filter { $0.name.contains(only) } }
            guard !rows.isEmpty else { return }
            let calls = options.isQuick ? 20_000 : 200_000
            let request = ClientRequest(
                url: try url,
                headers: [.accept: "application/json", .authorization: "Bearer 0123456789abcdef"]
            )
            for round in 0..<8 {
                for index in rows.indices {
                    let client = rows[index].client
                    var measurement = Measurement()
                    try await measurement.addRound(calls: calls) {
                        for _ in 0..<calls { _ = try await client.send(request) }
                    }
                    // The first round warms up.
                    if round > 0 { rows[index].measurement.append(measurement) }
                    FileHandle.standardError.write(Data("\rround \(round + 1) of 8, row \(index + 1)  ".utf8))
                }
            }
            FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
            report(rows)
            for row in rows { await row.client.shutdown(grace: .zero) }
        } catch {
            print("the benchmark failed: \(error)")
        }
    }

    private var url: URL {
        get throws {
            guard let url = URL(string: "https://example.com/v1/items?page=2") else { throw CancellationError() }
            return url
        }
    }

    private func makeRows() throws -> [Row] {
        let retryAndTimeout = Configuration.passthrough.with {
            $0.retry = RetryConfiguration()
            $0.timeouts.attempt = .seconds(30)
        }
        // The five that Polly publishes a figure for.
        let five = retryAndTimeout.with {
            $0.timeouts.total = .seconds(60)
            $0.rateLimit = RateLimitConfiguration([
                "requests": .tokenBucket(rate: 100_000_000, burst: 1_000_000_000, counts: .requests)
            ])
            $0.circuitBreaker = CircuitBreakerConfiguration()
        }
        guard let other = URL(string: "https://other.example") else { throw CancellationError() }
        let all = Configuration.recommended.with {
            $0.timeouts.total = .seconds(60)
            $0.rateLimit = five.rateLimit
            $0.admission = AdmissionConfiguration(maxConcurrentRequests: 1000)
            $0.hedging = HedgingConfiguration(delay: .seconds(5))
            $0.fallback = FallbackConfiguration(endpoints: [other])
        }
        let configurations: [(String, Configuration, Double)] = [
            ("pass-through", .passthrough, 300),
            ("retry + timeout", retryAndTimeout, 1500),
            ("total, limiter, retry, breaker, timeout", five, 1500),
            ("recommended", .recommended, 1500),
            ("recommended, flights", Configuration.recommended.with { $0.deduplication = .init() }, 3000),
            ("every stage", all, 3000),
        ]
        let transports: [(String, @Sendable () -> MockTransport)] = [
            ("at once", { MockTransport(.ok, recordingLimit: 0) }),
            ("suspends", { MockTransport(.suspending, recordingLimit: 0) }),
            ("deaf", { MockTransport(.ok, isDeaf: true, recordingLimit: 0) }),
        ]
        return try configurations.flatMap { name, configuration, budget in
            try transports.map { form, make in
                Row(
                    name: "\(name), \(form)",
                    budget: form == "at once" ? budget : nil,
                    client: try ResilientClient(configuration, dependencies: Dependencies(transport: make()))
                )
            }
        }
    }

    private func report(_ rows: [Row]) {
        if options.printsJSON {
            for row in rows {
                print(
                    #"{"name":"\#(row.name)","ns":\#(row.measurement.nanoseconds),"#
                        + #""allocations":\#(row.measurement.allocations)}"#
                )
            }
            return
        }
        print("pipeline on a mock transport                ns/call   allocations   budget")
        for row in rows {
            let name = row.name.padding(toLength: 40, withPad: " ", startingAt: 0)
            let budget = row.budget.map { String(format: "%.0f ns", $0) } ?? ""
            print(
                name + String(format: "%11.0f %13.1f   ", row.measurement.nanoseconds, row.measurement.allocations)
                    + budget
            )
        }
    }
}
