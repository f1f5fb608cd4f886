import Dispatch
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// How long a chunk takes from the server's hand to the reader's, and the first one from the call, beside bare
/// URLSession: same server, same process (the chunks carry the time), interleaved rounds.
struct StreamBenchmarks: Sendable {
    private struct Row: Sendable {
        let name: String
        let read: @Sendable (URL, @escaping @Sendable (Data) -> Void) async throws -> Void
        var first: [Double] = []
        var latencies: [Double] = []
    }

    /// What one round has seen, in microseconds.
    private final class Reading: Sendable {
        private struct State {
            var first: Double?
            var latencies: [Double] = []
        }

        private let began = DispatchTime.now().uptimeNanoseconds
        private let state = Mutex(State())

        func note(_ chunk: Data) {
            let now = DispatchTime.now().uptimeNanoseconds
            // Chunks that came together: the last one's time.
            let sent = String(decoding: chunk, as: UTF8.self).split(separator: "\n").last.flatMap { line in
                UInt64(line.drop { !$0.isNumber })
            }
            state.withLock { state in
                if state.first == nil { state.first = Double(now - began) / 1_000 }
                if let sent { state.latencies.append(Double(now - sent) / 1_000) }
            }
        }

        var first: Double? { state.withLock { $0.first } }
        var latencies: [Double] { state.withLock { $0.latencies } }
    }

    let options: BenchmarkOptions

    func run() async {
        do {
            try await FaultServer.withServer { server in
                let stamp = FaultServer.StreamPiece.made {
                    Data("data: \(DispatchTime.now().uptimeNanoseconds)\n\n".utf8)
                }
                let pieces = (0..<100).flatMap { _ in [stamp, .pause(.milliseconds(1))] }
                server.script("/", [.serverSentEvents(pieces)])
                try await measure(server.url)
            }
        } catch {
            print("the benchmark failed: \(error)")
        }
    }

    private func measure(_ url: URL) async throws {
        let (session, bare) = BareStream.session()
        let passthrough = try ResilientClient(.passthrough)
        let recommended = try ResilientClient(.recommended)
        var rows = [
            Row(name: "stream, bare URLSession") { try await bare.read($0, session, onChunk: $1) },
            Row(name: "stream, pass-through") { try await Self.read($0, passthrough, onChunk: $1) },
            Row(name: "stream, recommended") { try await Self.read($0, recommended, onChunk: $1) },
            Row(name: "stream, recommended, events") { url, onChunk in
                for try await event in try recommended.events(ClientRequest(method: .get, url: url)) {
                    onChunk(Data(event.data.utf8))
                }
            },
        ]
        if let only = options.only { rows = rows.filter { $0.name.contains(only) } }
        guard !rows.isEmpty else { return }
        for round in 0..<(options.isQuick ? 6 : 30) {
            for index in rows.indices {
                let reading = Reading()
                try await rows[index].read(url) { reading.note($0) }
                // The first round warms up.
                guard round > 0, let first = reading.first else { continue }
                rows[index].first.append(first)
                rows[index].latencies += reading.latencies
            }
        }
        print("\nstreams of 100 events 1 ms apart     first event µs   chunk µs p50      p99")
        for row in rows {
            let name = row.name.padding(toLength: 36, withPad: " ", startingAt: 0)
            let latencies = row.latencies.sorted()
            print(
                name
                    + String(
                        format: "%15.0f %14.0f %8.0f",
                        row.first.sorted()[row.first.count / 2],
                        latencies[latencies.count / 2],
                        latencies[latencies.count * 99 / 100]
                    )
            )
        }
        session.finishTasksAndInvalidate()
        await passthrough.shutdown()
        await recommended.shutdown()
    }

    private static func read(
        _ url: URL,
        _ client: ResilientClient,
        onChunk: @escaping @Sendable (Data) -> Void
    ) async throws {
        for try await chunk in try await client.stream(ClientRequest(method: .get, url: url)) { onChunk(chunk) }
    }
}
