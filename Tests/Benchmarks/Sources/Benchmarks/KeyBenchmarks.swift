import Dispatch
import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// How the cost of a call grows with the number of services that it may go to: each has a breaker and a limit.
///
/// The requests themselves are in no cache either when there are a hundred thousand of them. What that alone costs, the
/// same requests show that go through a client without stages.
struct KeyBenchmarks: Sendable {
    /// So many hosts, with a client that keeps something for each, and one that does not.
    private struct Row: Sendable {
        let keys: Int
        let calls: Int
        let requests: [ClientRequest]
        let client: ResilientClient
        let bare: ResilientClient
        var measurement = Measurement()
        var bareMeasurement = Measurement()
    }

    let options: BenchmarkOptions

    func run() async {
        guard options.only.map({ "keys".contains($0) }) ?? true else { return }
        do {
            var rows = try [100, 1_000, 10_000, 100_000].map(makeRow)
            for round in 0..<8 {
                for index in rows.indices {
                    var once = Measurement()
                    var bareOnce = Measurement()
                    let row = rows[index]
                    try await measure(row.client, row, &once)
                    try await measure(row.bare, row, &bareOnce)
                    // The first round makes the keys.
                    guard round > 0 else { continue }
                    rows[index].measurement.append(once)
                    rows[index].bareMeasurement.append(bareOnce)
                }
            }
            report(rows)
            for row in rows {
                await row.client.shutdown(grace: .zero)
                await row.bare.shutdown(grace: .zero)
            }
        } catch {
            print("the benchmark failed: \(error)")
        }
    }

    /// One round over all hosts, in an order that memory does not know.
    private func measure(_ client: ResilientClient, _ row: Row, _ measurement: inout Measurement) async throws {
        try await measurement.addRound(calls: row.calls) {
            for call in 0..<row.calls { _ = try await client.send(row.requests[call % row.keys]) }
        }
    }

    private func makeRow(keys: Int) throws -> Row {
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
        func client(_ configuration: Configuration) throws -> ResilientClient {
            let transport = MockTransport(.ok, recordingLimit: 0)
            return try ResilientClient(configuration, dependencies: Dependencies(transport: transport))
        }
        return Row(
            keys: keys,
            calls: max(keys, options.isQuick ? 20_000 : 100_000),
            requests: requests,
            client: try client(configuration),
            bare: try client(.passthrough)
        )
    }

    private func report(_ rows: [Row]) {
        guard let first = rows.first else { return }
        if options.printsJSON {
            for row in rows {
                print(
                    #"{"name":"keys, \#(row.keys)","ns":\#(row.measurement.nanoseconds),"#
                        + #""bare_ns":\#(row.bareMeasurement.nanoseconds)}"#
                )
            }
            return
        }
        print("\nhosts, each with a breaker and a limit      ns/call   × 100 hosts   without stages   × 100 hosts")
        for row in rows {
            let name = "keys, \(row.keys)".padding(toLength: 40, withPad: " ", startingAt: 0)
            let (ns, bare) = (row.measurement.nanoseconds, row.bareMeasurement.nanoseconds)
            let ratio = ns / first.measurement.nanoseconds
            let bareRatio = bare / first.bareMeasurement.nanoseconds
            print(name + String(format: "%11.0f %13.2f %16.0f %13.2f", ns, ratio, bare, bareRatio))
        }
    }
}
