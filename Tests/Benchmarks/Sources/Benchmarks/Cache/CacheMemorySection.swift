import CAllocations
import Foundation
import ResilientHTTP

/// Whether the bytes that the memory store counts are the bytes that it takes.
struct CacheMemorySection: BenchmarkSection {
    let name = "cache memory"

    private static let counted = "bytes_counted"
    private static let taken = "bytes_taken"
    private static let ratio = "ratio"

    func measure(_ run: Run) async throws -> [ReportSection] {
        guard run.selection.wants(section: name, row: name) else { return [] }
        run.progress.begin(name)
        var section = ReportSection(
            title: "Cache memory: bytes for each entry, each served once",
            columns: [
                .init(Self.counted, "counted"), .init(Self.taken, "on the heap"),
                .init(Self.ratio, "ratio", decimals: 3),
            ]
        )
        for bytes in [0, 1000, 20_000] { section.rows.append(try await row(bodyBytes: bytes, run)) }
        return [section]
    }

    /// As a client fills it.
    private func row(bodyBytes: Int, _ run: Run) async throws -> ReportSection.Row {
        let count = (bodyBytes > 10_000 ? 10_000 : 100_000) / (run.options.isQuick ? 4 : 1)
        run.progress.note("bodies of \(bodyBytes) bytes")
        let client = try ResilientClient(
            .passthrough.with { $0.cache = CacheSamples.bounds },
            dependencies: Dependencies(transport: UniqueAnswers(bodyBytes: bodyBytes))
        )
        let before = heap_bytes_in_use()
        for _ in 0..<2 {
            for number in 0..<count { _ = try await client.send(ClientRequest(url: try CacheSamples.url(number))) }
        }
        let taken = Double(heap_bytes_in_use() - before)
        let statistics = client.cache?.statistics() ?? CacheStatistics()
        guard statistics.lookups.hits == count, let bytes = statistics.bytes else {
            throw WrongAnswer("\(count - statistics.lookups.hits) requests in place of hits")
        }
        await client.shutdown(grace: .zero)
        var row = ReportSection.Row(name: "\(count) entries, bodies of \(bodyBytes) bytes")
        row.values[Self.counted] = Double(bytes) / Double(count)
        row.values[Self.taken] = taken / Double(count)
        row.values[Self.ratio] = taken / Double(bytes)
        return row
    }

    /// Answers as from the wire, where no two share a text, and bodies arrive in pieces.
    private struct UniqueAnswers: Transport {
        let bodyBytes: Int
        let capabilities = TransportCapabilities()

        func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
            let number = request.url.path
            var body = Data()
            while body.count < bodyBytes { body.append(Data(repeating: 1, count: min(4096, bodyBytes - body.count))) }
            let headers: HeaderFields = [
                .contentType: "application/json; charset=utf-8 \(number)", .eTag: "\"0123456789abcdef-\(number)\"",
                .cacheControl: "private, max-age=3600, secret=\(number)",
            ]
            return ClientResponse(status: 200, headers: headers, body: .bytes(body))
        }

        func shutdown() async {}
    }
}
