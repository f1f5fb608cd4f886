import CCurlLoop
import Foundation
import ResilientCurl
import ResilientHTTP
import ResilientHTTPTesting

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What the client costs over real sockets, beside bare URLSession and bare libcurl: same server, in a process of its
/// own, interleaved rounds.
struct TransportBenchmarks: Sendable {
    private struct Row: Sendable {
        let name: String
        /// Sends so many requests, so many at once.
        let send: @Sendable (_ url: URL, _ requests: Int, _ inFlight: Int) async throws -> Void
        var rounds: [(perSecond: Double, microseconds: Double)] = []

        var perSecond: Double { median(rounds.map(\.perSecond)) }
        /// Processor time a request.
        var microseconds: Double { median(rounds.map(\.microseconds)) }

        private func median(_ values: [Double]) -> Double {
            values.isEmpty ? 0 : values.sorted()[values.count / 2]
        }
    }

    private struct Failure: Error {}

    let options: BenchmarkOptions

    func run() async {
        do {
            let server = try ServerProcess()
            for inFlight in [16, 64] { try await measure(server.url, inFlight) }
            server.end()
        } catch {
            print("the benchmark failed: \(error)")
        }
    }

    private func measure(_ url: URL, _ inFlight: Int) async throws {
        // As many connections as in flight, or the bare session would be held back by its default of six.
        let configuration = URLSessionConfiguration.default
        configuration.httpMaximumConnectionsPerHost = 100
        let session = URLSession(configuration: configuration)
        let clients = [
            ("URLSession, pass-through", try ResilientClient(.passthrough)),
            ("URLSession, recommended", try ResilientClient(.recommended)),
            ("CurlTransport, pass-through", try Self.curl(.passthrough)),
            ("CurlTransport, recommended", try Self.curl(.recommended)),
        ]
        var rows = [
            Row(name: "URLSession, bare") { url, requests, inFlight in
                try await Self.spread(requests, inFlight) { try await Self.get(url, session) }
            },
            Row(name: "libcurl, bare, in C") { url, requests, inFlight in
                guard bare_curl_loop(url.absoluteString, Int32(inFlight), Int32(requests)) == requests else {
                    throw Failure()
                }
            },
        ]
        rows += clients.map { name, client in
            Row(name: name) { url, requests, inFlight in
                try await Self.spread(requests, inFlight) { try await client.send(ClientRequest(url: url)).data.count }
            }
        }
        if let only = options.only { rows = rows.filter { $0.name.contains(only) } }
        for round in 0..<(options.isQuick ? 4 : 10) {
            for index in rows.indices {
                let taken = try await taken(by: rows[index], url, inFlight)
                // The first round warms up.
                if round > 0 { rows[index].rounds.append(taken) }
            }
        }
        show(rows, inFlight)
        session.finishTasksAndInvalidate()
        for (_, client) in clients { await client.shutdown() }
    }

    private static func curl(_ configuration: Configuration) throws -> ResilientClient {
        try ResilientClient(configuration, dependencies: Dependencies(transport: CurlTransport()))
    }

    private func show(_ rows: [Row], _ inFlight: Int) {
        guard let first = rows.first else { return }
        let second = rows.count > 1 ? rows[1] : first
        let title = "loopback, \(inFlight) in flight".padding(toLength: 34, withPad: " ", startingAt: 0)
        print("\n\(title)requests/s  × URLSession   µs CPU  × libcurl")
        for row in rows {
            let name = row.name.padding(toLength: 34, withPad: " ", startingAt: 0)
            let rate = String(format: "%10.0f %13.2f", row.perSecond, row.perSecond / first.perSecond)
            print(
                name + rate + String(format: "%9.1f %10.2f", row.microseconds, row.microseconds / second.microseconds)
            )
        }
    }

    private func taken(by row: Row, _ url: URL, _ inFlight: Int) async throws -> (Double, Double) {
        let slow = row.name.hasPrefix("URLSession") ? 5 : 1
        let requests = (options.isQuick ? 5_000 : 20_000) / slow / inFlight * inFlight
        let (began, processor) = (ContinuousClock.now, Self.processorTime)
        try await row.send(url, requests, inFlight)
        let seconds = began.duration(to: .now) / .seconds(1)
        return (Double(requests) / seconds, (Self.processorTime - processor) * 1e6 / Double(requests))
    }

    /// The seconds that all threads of this process have run.
    private static var processorTime: Double {
        Double(clock()) / 1e6
    }

    private static func spread(
        _ requests: Int,
        _ inFlight: Int,
        _ get: @escaping @Sendable () async throws -> Int
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    for _ in 0..<(requests / inFlight) { _ = try await get() }
                }
            }
            try await group.waitForAll()
        }
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
