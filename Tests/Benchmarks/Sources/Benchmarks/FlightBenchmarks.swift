import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// Ten identical calls at once over one connection to a server that takes its time (acceptance row 66): each by itself,
/// and with one flight for all.
struct FlightBenchmarks: Sendable {
    private static let names = ["ten identical, each by itself", "ten identical, one flight"]
    private static let answerTime: Duration = .milliseconds(50)

    let options: BenchmarkOptions

    func run() async {
        guard options.only.map({ only in Self.names.contains { $0.contains(only) } }) ?? true else { return }
        do {
            let apart = Configuration.recommended.with { $0.pool.maxPerHost = 1 }
            let shared = apart.with { $0.deduplication = DeduplicationConfiguration() }
            if !options.printsJSON { print("\nten identical calls, 50 ms each              ms   requests") }
            for (name, configuration) in zip(Self.names, [apart, shared]) {
                let (time, requests) = try await measure(configuration)
                if options.printsJSON {
                    print(#"{"name":"\#(name)","ms":\#(time),"requests":\#(requests)}"#)
                } else {
                    print(
                        name.padding(toLength: 40, withPad: " ", startingAt: 0)
                            + String(format: "%8.0f %10d", time, requests)
                    )
                }
            }
        } catch {
            print("the benchmark failed: \(error)")
        }
    }

    /// The median of several rounds in milliseconds, and how many requests the server saw in each.
    private func measure(_ configuration: Configuration) async throws -> (Double, Int) {
        let rounds = options.isQuick ? 3 : 9
        return try await FaultServer.withServer { server in
            server.script("/slow", [.ok("answer").delayed(Self.answerTime)])
            let url = server.url.appending(path: "slow")
            let times = try await withResilientClient(configuration) { client in
                var times: [Double] = []
                for _ in 0..<rounds {
                    let began = ContinuousClock.now
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<10 { group.addTask { _ = try await client.send(ClientRequest(url: url)) } }
                        try await group.waitForAll()
                    }
                    times.append(began.duration(to: .now) / .milliseconds(1))
                }
                return times.sorted()
            }
            return (times[rounds / 2], server.completeRequests(path: "/slow") / rounds)
        }
    }
}
