import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// How the cost of a call grows with the number of services that it may go to: each has a breaker and a limit.
///
/// The requests themselves are in no cache either when there are a hundred thousand of them. What that alone costs, the
/// same requests show that go through a client without stages.
struct KeySection: BenchmarkSection {
    let name = "keys"

    /// So many hosts, and a client.
    private struct Entry: Sendable {
        let keys: Int
        let calls: Int
        let requests: [ClientRequest]
        let kind: String
        let client: ResilientClient
        var measurement = Measurement()
    }

    func measure(_ run: Run) async throws -> [ReportSection] {
        guard run.selection.wants(section: name, row: name) else { return [] }
        run.progress.begin(name)
        let calls = run.options.isQuick ? 20_000 : 100_000
        var entries = try [100, 1_000, 10_000, 100_000].flatMap { try makeEntries(keys: $0, calls: max($0, calls)) }
        let rounds = run.options.isQuick ? 4 : 8
        for round in 0..<rounds {
            for index in entries.indices {
                let entry = entries[index]
                run.progress.note(round: round, of: rounds, "\(entry.keys)")
                var once = Measurement()
                try await once.addRound(calls: entry.calls) {
                    for call in 0..<entry.calls { _ = try await entry.client.send(entry.requests[call % entry.keys]) }
                }
                // The first round makes the keys.
                if round > 0 { entries[index].measurement.append(once) }
            }
        }
        for entry in entries { await entry.client.shutdown(grace: .zero) }
        var growth = Growth("Keys: hosts, each with a breaker and a limit, asked in an order that memory does not know")
        for entry in entries { growth.add(entry.kind, entry.keys, entry.measurement) }
        return [growth.section]
    }

    private func makeEntries(keys: Int, calls: Int) throws -> [Entry] {
        var configuration = Configuration.recommended
        configuration.circuitBreaker?.keyLimit = 200_000
        var limit = RateLimit.tokenBucket(rate: 1000, scope: .origin)
        limit.maxKeys = 200_000
        configuration.rateLimit = RateLimitConfiguration(["each": limit])
        var random = SystemRandomNumberGenerator()
        let requests = try (0..<keys).shuffled(using: &random).map { number in
            guard let url = URL(string: "https://host-\(number).example.com/") else { throw CancellationError() }
            return ClientRequest(url: url)
        }
        let kinds = [("recommended and a limit", configuration), ("without stages", Configuration.passthrough)]
        return try kinds.map { kind, configuration in
            let dependencies = Dependencies(transport: MockTransport(.ok, recordingLimit: 0))
            let client = try ResilientClient(configuration, dependencies: dependencies)
            return Entry(keys: keys, calls: calls, requests: requests, kind: kind, client: client)
        }
    }
}
