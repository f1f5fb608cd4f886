import Dispatch
import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// How the cost of a call grows with the number of services that it may go to: each has a breaker and a limit.
struct KeyBenchmarks: Sendable {
    let options: BenchmarkOptions

    func run() async {
        guard options.only.map({ "keys".contains($0) }) ?? true else { return }
        do {
            print("\nkeys (hosts, each with a breaker and a limit)   ns/call   × 100 keys")
            var base: Double?
            for keys in [100, 1_000, 10_000, 100_000] {
                let cost = try await cost(of: keys)
                base = base ?? cost
                let name = "\(keys)".padding(toLength: 44, withPad: " ", startingAt: 0)
                print(name + String(format: "%11.0f %12.2f", cost, cost / (base ?? cost)))
            }
        } catch {
            print("the benchmark failed: \(error)")
        }
    }

    /// The median over rounds, each over the same shuffled hosts.
    private func cost(of keys: Int) async throws -> Double {
        var configuration = Configuration.recommended
        configuration.circuitBreaker?.keyLimit = 200_000
        var limit = RateLimit.tokenBucket(rate: 1000, scope: .origin)
        limit.maxKeys = 200_000
        configuration.rateLimit = RateLimitConfiguration(["each": limit])
        let transport = MockTransport(.ok, recordingLimit: 0)
        let client = try ResilientClient(configuration, dependencies: Dependencies(transport: transport))
        var random = SystemRandomNumberGenerator()
        let requests = try (0..<keys).shuffled(using: &random).map { number in
            guard let url = URL(string: "https://host-\(number).example.com/") else { throw CancellationError() }
            return ClientRequest(url: url)
        }
        let calls = max(keys, options.isQuick ? 20_000 : 100_000)
        var measurement = Measurement()
        for round in 0..<6 {
            var once = Measurement()
            try await once.addRound(calls: calls) {
                for call in 0..<calls { _ = try await client.send(requests[call % keys]) }
            }
            if round > 0 { measurement.append(once) }
        }
        await client.shutdown(grace: .zero)
        return measurement.nanoseconds
    }
}
