import Foundation
import ResilientHTTP
import ResilientHTTPTesting

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What the client costs over real sockets, beside bare URLSession: same server, same process, interleaved rounds.
struct TransportBenchmarks: Sendable {
    private struct Row: Sendable {
        let name: String
        let get: @Sendable (URL) async throws -> Int
        var perSecond: [Double] = []

        var median: Double { perSecond.sorted()[perSecond.count / 2] }
    }

    let options: BenchmarkOptions
    private let inFlight = 16

    func run() async {
        do {
            try await FaultServer.withServer { server in
                server.script("/", [.ok("fifty bytes of an answer that says nothing at all")])
                try await measure(server.url)
            }
        } catch {
            print("the benchmark failed: \(error)")
        }
    }

    private func measure(_ url: URL) async throws {
        // As many connections as in flight, or the bare session would be held back by its default of six.
        let configuration = URLSessionConfiguration.default
        configuration.httpMaximumConnectionsPerHost = 100
        let session = URLSession(configuration: configuration)
        let passthrough = try ResilientClient(.passthrough)
        let recommended = try ResilientClient(.recommended)
        var rows = [
            Row(name: "URLSession, bare") { try await Self.get($0, session) },
            Row(name: "URLSession, pass-through") { try await passthrough.data(from: $0).0.count },
            Row(name: "URLSession, recommended") { try await recommended.data(from: $0).0.count },
        ]
        if let only = options.only { rows = rows.filter { $0.name.contains(only) } }
        guard !rows.isEmpty else { return }
        for round in 0..<(options.isQuick ? 4 : 10) {
            for index in rows.indices {
                let rate = try await rate(of: rows[index], url)
                // The first round warms up.
                if round > 0 { rows[index].perSecond.append(rate) }
            }
        }
        print("\nURLSession on loopback, \(inFlight) in flight   requests/s   × bare")
        for row in rows {
            let name = row.name.padding(toLength: 40, withPad: " ", startingAt: 0)
            print(name + String(format: "%13.0f %8.2f", row.median, row.median / rows[0].median))
        }
        session.finishTasksAndInvalidate()
        await passthrough.shutdown()
        await recommended.shutdown()
    }

    private func rate(of row: Row, _ url: URL) async throws -> Double {
        let requests = options.isQuick ? 1_000 : 2_000
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    for _ in 0..<(requests / inFlight) { _ = try await row.get(url) }
                }
            }
            try await group.waitForAll()
        }
        return Double(requests) / (began.duration(to: .now) / .seconds(1))
    }

    /// With a completion handler: the async calls of 6.3 can deadlock when they are cancelled.
    private static func get(_ url: URL, _ session: URLSession) async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            session.dataTask(with: url) { data, _, error in
                if let error {
                    continuation.resume(throwing: error)
                } else {
                    continuation.resume(returning: data?.count ?? 0)
                }
            }.resume()
        }
    }
}
