import Foundation
import ResilientHTTPTesting
import Testing

struct FaultServerBodyBehaviourTests {
    private static let chunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    /// Expects exactly these bytes and then FIN. Behaviours that keep the connection are made closing.
    private func expect(
        _ expected: String,
        from behaviour: FaultServer.Behaviour,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await FaultServer.withServer { server in
            server.script("/b", [behaviour])
            let client = try RawClient(port: server.port)
            client.request("/b")
            #expect(client.readToEnd() == (expected, .closed), sourceLocation: sourceLocation)
        }
    }

    @Test func truncatedBodies() async throws {
        try await expect(
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nxxx",
            from: .truncatedBody(contentLength: 9, sent: 3)
        )
        try await expect(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            from: .truncatedChunks(["abc"])
        )
    }

    @Test func drips() async throws {
        let expected = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"
        let body = Data("0123456789".utf8)
        let clock = ContinuousClock()
        let duration = try await clock.measure {
            try await expect(expected, from: .drip(body, piece: 4, every: .milliseconds(10)).closingSilently)
            try await expect(expected, from: .headDrip(body, piece: 20, every: .milliseconds(10)).closingSilently)
        }
        // Two pauses in the body, one in the head.
        #expect(duration >= .milliseconds(28))
    }

    @Test func contentLengthsAreSentVerbatim() async throws {
        try await expect(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nbody and more",
            from: .tooSmallContentLength(missing: 11)
        )
        try await expect("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nbody", from: .negativeContentLength)
        try await expect(
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 2\r\n\r\nbody",
            from: .conflictingContentLengths
        )
    }

    @Test func framingFaults() async throws {
        try await expect(Self.chunkedHead + "4\r\ngood\r\nzz\r\nbad\r\n0\r\n\r\n", from: .badChunkSize())
        try await expect(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n",
            from: .trailers(["X-T": "1"]).closingSilently
        )
        try await expect(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\noksurplus",
            from: .bytesAfterBody().closingSilently
        )
        try await expect(
            "HTTP/1.1 200 OK\r\nNoColon\r\nContent-Length: 2\r\n\r\nok",
            from: .headerLine(Data("NoColon".utf8)).closingSilently
        )
        try await expect("<p>HTTP/0.9</p>", from: .withoutHead())
    }

    @Test func hugeHeadersAreHuge() async throws {
        try await FaultServer.withServer { server in
            server.script("/b", [.hugeHeaders(bytes: 300_000).closing])
            let client = try RawClient(port: server.port)
            client.request("/b")
            let text = client.readToEnd().text
            #expect(text.utf8.count > 300_000)
            #expect(text.hasSuffix("\r\n\r\nok"))
        }
    }

    @Test func streams() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        let pieces: [FaultServer.StreamPiece] = [
            .event("one"), .pause(.milliseconds(5)), .event("a\nb", name: "two"), .bytes(Data()), .text("da"),
        ]
        let chunks = "b\r\ndata: one\n\n\r\n1c\r\nevent: two\ndata: a\ndata: b\n\n\r\n2\r\nda\r\n"
        try await expect(head + chunks + "0\r\n\r\n", from: .serverSentEvents(pieces).closingSilently)
        try await expect(head + chunks, from: .serverSentEvents(pieces, ending: .cut))
        try await FaultServer.withServer { server in
            server.script("/b", [.serverSentEvents([.event("x")], ending: .reset)])
            let client = try RawClient(port: server.port)
            client.request("/b")
            #expect(client.readToEnd() == (head + "9\r\ndata: x\n\n\r\n", .reset))
        }
    }

    @Test func survivability() {
        #expect(!FaultServer.Behaviour.trailers(["a": "b"]).delayed(.seconds(1)).isSurvivableByURLSession)
        #expect(!FaultServer.Behaviour.partialHead().closing.isSurvivableByURLSession)
        #expect(!FaultServer.Behaviour.raw(Data(), isSurvivableByURLSession: false).isSurvivableByURLSession)
        #expect(FaultServer.Behaviour.resetInBody().isSurvivableByURLSession)
    }
}
