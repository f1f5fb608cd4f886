import Foundation
import ResilientHTTPTesting
import Testing

/// The bytes of answers that break the grammar, as they are on the wire.
struct FaultServerMalformedTests {
    private static let chunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    private func answer(
        to method: String = "GET",
        _ behaviour: FaultServer.Behaviour
    ) async throws -> (text: String, ending: RawClient.Ending) {
        try await FaultServer.withServer { server in
            server.script("/m", [behaviour])
            let client = try RawClient(port: server.port)
            client.request(method, "/m")
            return client.readToEnd()
        }
    }

    @Test func statusLinesAreSentVerbatim() async throws {
        let rest = "\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
        #expect(try await answer(.statusLine("HTTP/3.7 abc")) == ("HTTP/3.7 abc" + rest, .closed))
        #expect(try await answer(.http10()) == ("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nok", .closed))
        #expect(try await answer(.lineFeedsOnly()) == ("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", .closed))
        #expect(try await answer(.resetInHead("HTTP/1")) == ("HTTP/1", .reset))
    }

    @Test func lengthsContradictThemselves() async throws {
        let overflowing = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nbody"
        #expect(try await answer(.overflowingContentLength) == (overflowing, .closed))
        let both = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(try await answer(.lengthAndChunks("b")) == (both + "1\r\nb\r\n0\r\n\r\n", .closed))
        #expect(try await answer(to: "HEAD", .lengthAndChunks("b")) == (both, .closed))
        let endless = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
        #expect(try await answer(.untilClose("x")) == (endless + "x", .closed))
        #expect(try await answer(.untilClose("x", reset: true)) == (endless + "x", .reset))
        #expect(try await answer(.rawChunks(Data("1;e\r\nabc".utf8))) == (Self.chunkedHead + "1;e\r\nabc", .closed))
    }

    @Test func headsCanBeLarge() async throws {
        let huge = try await answer(.hugeHeaders(bytes: 2_000_000).closing)
        #expect(huge.text.utf8.count > 2_000_000)
        #expect(huge.text.hasSuffix("\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"))
        let many = try await answer(.manyHeaders(count: 3).closing)
        #expect(many.text.contains("\r\nX-N-0: 0\r\nX-N-1: 1\r\nX-N-2: 2\r\n"))
    }

    @Test func wrongChecksumsAreOnlyWrongThere() async throws {
        try await FaultServer.withServer { server in
            let body = Data("hello".utf8)
            server.script("/g", [.gzip(body).closing, .gzipWithWrongChecksum(body).closing])
            let answers = try (0..<2).map { _ in
                let client = try RawClient(port: server.port)
                client.request("/g")
                return client.readBytesToEnd().bytes
            }
            #expect(answers[0].count == answers[1].count)
            let different = answers[0].indices.filter { answers[0][$0] != answers[1][$0] }
            #expect(different == [answers[0].count - 8])
        }
    }

    @Test(arguments: [
        (FaultServer.Behaviour.stallInHead("HTTP/1.1 2"), "HTTP/1.1 2"),
        (.stallInBody(contentLength: 3, sent: 2), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nxx"),
        (
            .stallBetweenChunks(["a"]),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
        ),
    ])
    func stallsSendAPartAndWait(_ behaviour: FaultServer.Behaviour, _ part: String) async throws {
        try await FaultServer.withServer { server in
            server.script("/s", [behaviour])
            let client = try RawClient(port: server.port)
            client.request("/s")
            #expect(client.read(part.utf8.count) == part)
            #expect(await server.staysWithout { $0.open == 0 })
            client.close()
            try await server.waitForNoConnections()
            #expect(server.connections.map(\.ending) == [.peerClosed])
        }
    }

    @Test func aDeafConnectionAnswersOnce() async throws {
        try await FaultServer.withServer { server in
            server.script("/d", [.deafAfterAnswer(), .ok])
            let client = try RawClient(port: server.port)
            client.request("/d")
            #expect(client.read(until: "ok").hasSuffix("\r\n\r\nok"))
            client.request("/d")
            #expect(await server.staysWithout { $0.requests > 1 })
            let another = try RawClient(port: server.port)
            another.request("/d", ["Connection: close"])
            #expect(another.readToEnd().text.hasSuffix("ok"))
        }
    }

    @Test func anUploadMayNeverBeRead() async throws {
        try await FaultServer.withServer { server in
            server.script("/u", [.neverReadsUpload])
            let client = try RawClient(port: server.port)
            client.request("POST", "/u", ["Content-Length: 100000"])
            try await server.waitUntil { $0.requests == 1 }
            client.send([UInt8](repeating: 0, count: 100_000))
            #expect(await server.staysWithout { $0.bytesReceived >= 1_000 })
            client.reset()
            try await server.waitForNoConnections()
            #expect(server.counters.incompleteRequests == 1)
        }
    }
}
