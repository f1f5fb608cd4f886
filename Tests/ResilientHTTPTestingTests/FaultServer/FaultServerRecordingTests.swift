import ResilientHTTPTesting
import Testing

struct FaultServerRecordingTests {
    @Test func recordsHoldWhatCame() async throws {
        try await FaultServer.withServer { server in
            let client = try RawClient(port: server.port)
            client.request("PATCH", "/r", ["X-One: 1"], body: "abc")
            client.request("/r", ["Connection: close"])
            _ = client.readToEnd()
            client.close()
            try await server.waitForNoConnections()

            let request = try #require(server.requests.first)
            #expect(request.method == "PATCH")
            #expect(request.values(of: "x-one") == ["1"])
            let head = "PATCH /r HTTP/1.1\r\nHost: test\r\nX-One: 1\r\nContent-Length: 3\r\n\r\n"
            #expect(String(decoding: request.rawHead, as: UTF8.self) == head)
            #expect(server.requests.map(\.sequence) == [0, 1])
            #expect(server.requests[0].receivedAt <= server.requests[1].receivedAt)

            let connection = try #require(server.connections.first)
            #expect(connection.requests == 2)
            #expect(connection.ending == .serverClosed)
            #expect(connection.port == server.port)
            #expect(String(decoding: connection.prefix, as: UTF8.self).hasPrefix(head + "abcGET /r"))
            #expect(connection.bytesReceived == server.counters.bytesReceived)
            #expect(connection.closedAt ?? 0 > connection.openedAt)
        }
    }

    @Test func incompleteRequestsAreCounted() async throws {
        try await FaultServer.withServer { server in
            let body = try RawClient(port: server.port)
            body.request("POST", "/r", ["Content-Length: 5"])
            body.send("ab")
            body.close()
            let head = try RawClient(port: server.port)
            head.send("GET / HT")
            head.close()
            try await server.waitUntil { $0.accepted == 2 && $0.open == 0 }
            let counters = server.counters
            #expect(counters.incompleteRequests == 1)
            #expect(counters.completeRequests == 0)
            #expect(counters.partialHeads == 1)
            #expect(counters.requests == 1)
            #expect(server.requests.map(\.bodyBytes) == [2])
            #expect(server.completeRequests(path: "/r") == 0)
            #expect(server.connections.allSatisfy { $0.peerEndedFirst })
        }
    }

    @Test func recordsAreBoundedAndCountersAreNot() async throws {
        var configuration = FaultServer.Configuration()
        configuration.maximumRecordedRequests = 3
        configuration.maximumRecordedConnections = 1
        configuration.maximumRecordedBodyBytes = 4
        configuration.connectionPrefixBytes = 5
        try await FaultServer.withServer(configuration) { server in
            for _ in 0..<2 {
                let client = try RawClient(port: server.port)
                for _ in 0..<3 { client.request("POST", "/r", body: "0123456789") }
                client.request("/end", ["Connection: close"])
                _ = client.readToEnd()
            }
            #expect(server.requests.count == 3)
            #expect(server.requests.allSatisfy { $0.body.count == 4 && $0.bodyBytes == 10 && $0.isComplete })
            #expect(server.connections.map(\.prefix.count) == [5])
            #expect(server.counters.droppedRequests == 5)
            #expect(server.counters.droppedConnections == 1)
            #expect(server.counters.completeRequests == 8)
            #expect(server.completeRequests(path: "/r") == 6)
            server.reset()
            #expect(server.counters.droppedRequests == 0)
        }
    }

    @Test func recordedBytesAreBounded() async throws {
        var configuration = FaultServer.Configuration()
        configuration.maximumRecordedBytes = 200
        try await FaultServer.withServer(configuration) { server in
            let client = try RawClient(port: server.port)
            for _ in 0..<3 { client.request("POST", "/r", body: String(repeating: "x", count: 500)) }
            client.request("/end", ["Connection: close"])
            _ = client.readToEnd()
            #expect(server.requests.reduce(0) { $0 + $1.body.count + $1.rawHead.count } == 200)
            #expect(server.counters.droppedRequests == 3)
        }
    }

    @Test func waitingEndsByTimeoutCancellationOrStop() async throws {
        let server = try FaultServer.start()
        let late = await #expect(throws: FaultServerError.self) {
            try await server.waitFor(completeRequests: 1, timeout: .milliseconds(5))
        }
        #expect(late?.code == .timedOut)

        let waiting = Task { try await server.waitFor(completeRequests: 1) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }

        async let pending: Void = server.waitFor(completeRequests: 1)
        await server.stop()
        do {
            try await pending
            Issue.record("the wait was fulfilled")
        } catch {
            #expect((error as? FaultServerError)?.code == .stopped)
        }
    }
}
