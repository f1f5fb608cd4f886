import Foundation
import ResilientHTTPTesting
import Testing

struct FaultServerConnectionBehaviourTests {
    /// What one request gets until the connection ends.
    private func outcome(
        _ behaviour: FaultServer.Behaviour,
        body: String? = nil
    ) async throws -> (text: String, ending: RawClient.Ending) {
        try await FaultServer.withServer { server in
            server.script("/c", [behaviour])
            let client = try RawClient(port: server.port)
            client.request("POST", "/c", body: body ?? "")
            return client.readToEnd()
        }
    }

    @Test func resets() async throws {
        #expect(try await outcome(.resetBeforeHead()) == ("", .reset))
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
        #expect(try await outcome(.resetAfterHead(contentLength: 9)) == (head, .reset))
        #expect(try await outcome(.resetInBody(contentLength: 9, sent: 3)) == (head + "xxx", .reset))
    }

    @Test func resetBeforeTheBodyDoesNotWaitForIt() async throws {
        try await FaultServer.withServer { server in
            server.script("/c", [.resetBeforeHead(readingBody: false)])
            let client = try RawClient(port: server.port)
            client.request("POST", "/c", ["Content-Length: 100"])
            #expect(client.readToEnd() == ("", .reset))
            try await server.waitForNoConnections()
            #expect(server.counters.incompleteRequests == 1)
            #expect(server.connections.map(\.ending) == [.serverReset])
        }
    }

    @Test func closes() async throws {
        #expect(try await outcome(.closeWithoutAnswer) == ("", .closed))
        #expect(try await outcome(.partialHead("HTTP/1.1 2")) == ("HTTP/1.1 2", .closed))
        #expect(try await outcome(.raw(Data("\0anything".utf8))) == ("\0anything", .closed))
        let ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n"
        #expect(try await outcome(.ok.closing) == (ok + "Connection: close\r\n\r\nok", .closed))
        #expect(try await outcome(.closedAfterAnswer()) == (ok + "\r\nok", .closed))
    }

    @Test func staleConnectionEndsWhenTheNextRequestComes() async throws {
        for (reset, ending) in [(false, RawClient.Ending.closed), (true, .reset)] {
            try await FaultServer.withServer { server in
                server.script("/c", [.staleAfterAnswer(reset: reset)])
                let client = try RawClient(port: server.port)
                client.request("/c")
                #expect(client.read(until: "ok").hasSuffix("\r\n\r\nok"))
                #expect(server.counters.open == 1)
                client.request("/c")
                #expect(client.readToEnd() == ("", ending))
                #expect(server.requests(path: "/c").count == 1)
            }
        }
    }

    @Test func staleConnectionEndsWhenTheClientAsksForIt() async throws {
        try await FaultServer.withServer { server in
            server.script("/c", [.staleAfterAnswer()])
            let client = try RawClient(port: server.port)
            client.request("/c", ["Connection: close"])
            #expect(client.readToEnd().ending == .closed)
        }
    }

    @Test func hangStaysUntilThePeerCloses() async throws {
        try await FaultServer.withServer { server in
            server.script("/c", [.hang])
            let client = try RawClient(port: server.port)
            client.request("POST", "/c", body: "body")
            try await server.waitFor(completeRequests: 1, path: "/c")
            #expect(server.counters.open == 1)
            client.close()
            try await server.waitForNoConnections()
            #expect(server.connections.map(\.ending) == [.peerClosed])
        }
    }

    @Test func peerResetIsRecorded() async throws {
        try await FaultServer.withServer { server in
            server.script("/c", [.hang])
            let client = try RawClient(port: server.port)
            client.request("/c")
            try await server.waitFor(completeRequests: 1)
            client.reset()
            try await server.waitForNoConnections()
            #expect(server.connections.map(\.ending) == [.peerReset])
        }
    }

    @Test func delayComesBeforeTheHead() async throws {
        try await FaultServer.withServer { server in
            server.script("/c", [.ok.delayed(.milliseconds(30)).closing])
            let client = try RawClient(port: server.port)
            let clock = ContinuousClock()
            var text = ""
            let duration = clock.measure {
                client.request("/c")
                text = client.readToEnd().text
            }
            #expect(text.hasSuffix("ok"))
            #expect(duration >= .milliseconds(29))
        }
    }

    @Test func connectionsCanFailBeforeAnyRequest() async throws {
        try await FaultServer.withServer { server in
            server.script(connections: [.resetsOnAccept, .closesOnAccept, .none, .resetsOnFirstByte, .neverReads])
            #expect(try RawClient(port: server.port).readToEnd() == ("", .reset))
            #expect(try RawClient(port: server.port).readToEnd() == ("", .closed))
            let good = try RawClient(port: server.port)
            good.request("/x", ["Connection: close"])
            #expect(good.readToEnd().text.hasPrefix("HTTP/1.1 200"))
            let first = try RawClient(port: server.port)
            first.send("G")
            #expect(first.readToEnd() == ("", .reset))
            let deaf = try RawClient(port: server.port)
            deaf.request("/x")
            try await server.waitUntil { $0.accepted == 5 }
            #expect(server.connections.last?.bytesReceived == 0)
            deaf.reset()
            try await server.waitForNoConnections()
        }
    }
}
