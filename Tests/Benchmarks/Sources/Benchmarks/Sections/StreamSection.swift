import Foundation
import ResilientHTTP

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// How long a chunk takes from the server's hand to the reader's, and the first one from the call, beside bare
/// URLSession: same server, interleaved rounds.
struct StreamSection: BenchmarkSection {
    let name = "stream latency"

    private static let first = "first_event_microseconds"
    private static let median = "chunk_microseconds_p50"
    private static let tail = "chunk_microseconds_p99"

    private struct Entry: Sendable {
        let name: String
        let read: @Sendable (URL, @escaping @Sendable (Data) -> Void) async throws -> Void
        let end: @Sendable () async -> Void
        var first: [Double] = []
        var latencies: [Double] = []
    }

    func measure(_ run: Run) async throws -> [ReportSection] {
        var entries = run.selection.rows(of: name, try makeEntries(), name: \.name)
        guard !entries.isEmpty else { return [] }
        run.progress.begin(name)
        let server = try await run.servers.forStreams()
        let rounds = run.options.isQuick ? 6 : 30
        for round in 0..<rounds {
            for index in entries.indices {
                run.progress.note(round: round, of: rounds, entries[index].name)
                let reading = StreamReading()
                try await entries[index].read(server.pacedURL) { reading.note($0) }
                // The first round warms up.
                guard round > 0, let first = reading.first else { continue }
                entries[index].first.append(first)
                entries[index].latencies += reading.latencies
            }
        }
        for entry in entries { await entry.end() }
        return [section(entries)]
    }

    private func section(_ entries: [Entry]) -> ReportSection {
        ReportSection(
            title: "Streams of 100 events 1 ms apart",
            notes: ["from the FaultServer; the time from sending to reading, each event carries when it was sent"],
            columns: [
                .init(Self.first, "first event µs"), .init(Self.median, "chunk µs p50"), .init(Self.tail, "p99"),
            ],
            rows: entries.map { entry in
                var row = ReportSection.Row(name: entry.name)
                row.values[Self.first] = entry.first.median
                row.values[Self.median] = entry.latencies.median
                row.values[Self.tail] = entry.latencies.percentile(0.99)
                return row
            },
            plot: .bars(column: Self.median)
        )
    }

    private func makeEntries() throws -> [Entry] {
        let (session, bare) = BareStream.session()
        let ended: @Sendable () async -> Void = { session.finishTasksAndInvalidate() }
        let entries = [
            Entry(
                name: Peers.bareName,
                read: { try await bare.read(URLRequest(url: $0), session, onChunk: $1) },
                end: ended
            )
        ]
        let clients: [(String, Configuration, Bool)] = [
            ("URLSessionTransport, pass-through", .passthrough, false),
            (Peers.wrappedName, .recommended, false),
            ("CurlTransport, pass-through", .passthrough, true),
            (Peers.recommendedName, .recommended, true),
        ]
        return try entries
            + clients.flatMap { name, configuration, onCurl in
                let chunks = try ResilientPeer(name, configuration, onCurl: onCurl)
                guard name.contains("recommended") else { return [chunkEntry(chunks)] }
                let events = try ResilientPeer("\(name), events", configuration, onCurl: onCurl)
                return [chunkEntry(chunks), eventEntry(events)]
            }
    }

    private func chunkEntry(_ peer: ResilientPeer) -> Entry {
        Entry(
            name: peer.name,
            read: { url, onChunk in
                for try await chunk in try await peer.client.stream(ClientRequest(url: url)) { onChunk(chunk) }
            },
            end: peer.end
        )
    }

    private func eventEntry(_ peer: ResilientPeer) -> Entry {
        Entry(
            name: peer.name,
            read: { url, onChunk in
                for try await event in try peer.client.events(ClientRequest(url: url)) {
                    onChunk(Data(event.data.utf8))
                }
            },
            end: peer.end
        )
    }
}
