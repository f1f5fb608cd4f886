import Foundation
import Testing

@testable import ResilientHTTPTesting

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

struct FaultServerGzipTests {
    @Test func checksums() {
        var crc = CRC32()
        crc.update(Array("123456789".utf8))
        #expect(crc.value == 0xcbf4_3926)
        for count in [0, 1, 31, 258, 70_001] {
            var bytewise = CRC32()
            var jumping = CRC32()
            bytewise.update([UInt8](repeating: 0, count: count))
            jumping.update(zeros: count)
            #expect(bytewise.value == jumping.value)
        }
    }

    @Test func bombKnowsItsLength() {
        for count in [1, 2, 258, 259, 260, 100_000, 1_000_003] {
            let bomb = GzipBomb(count: count)
            #expect(bomb.reduce(0) { $0 + $1.count } == bomb.encodedCount)
        }
    }

    /// Foundation has no gunzip of its own, but its HTTP client does.
    @Test func streamsUnpack() async throws {
        let body = Data((0..<150_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
        try await FaultServer.withServer { server in
            server.script("/gzip", [.gzip(body)])
            server.script("/bomb", [.gzipBomb(bytes: 3_000_000)])
            let session = URLSession(configuration: .ephemeral)
            defer { session.finishTasksAndInvalidate() }
            #expect(try await session.data(from: server.url.appending(path: "gzip")).0 == body)
            let bomb = try await session.data(from: server.url.appending(path: "bomb")).0
            #expect(bomb.count == 3_000_000)
            #expect(bomb.allSatisfy { $0 == 0 })
        }
    }

    @Test func truncatedStreamHasAMatchingLength() async throws {
        try await FaultServer.withServer { server in
            server.script("/b", [.truncatedGzip(Data("hello".utf8), missing: 8).closing])
            let client = try RawClient(port: server.port)
            client.request("/b")
            let bytes = client.readBytesToEnd().bytes
            let text = String(decoding: bytes, as: UTF8.self)
            // Gzip header 10, block header 5, data 5.
            #expect(text.contains("Content-Encoding: gzip\r\nContent-Length: 20\r\n"))
            #expect(bytes.suffix(5) == Array("hello".utf8)[...])
        }
    }
}
