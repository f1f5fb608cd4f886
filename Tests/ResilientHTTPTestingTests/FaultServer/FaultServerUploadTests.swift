import Foundation
import ResilientHTTPTesting
import Testing

struct FaultServerUploadTests {
    @Test func bodiesArriveDecoded() async throws {
        try await FaultServer.withServer { server in
            let client = try RawClient(port: server.port)
            client.request("POST", "/length?q", body: "hello")
            client.request("POST", "/chunks", ["Transfer-Encoding: chunked"])
            client.send("3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n")
            client.request("/none", ["Connection: close"])
            _ = client.readToEnd()
            #expect(server.requests.map(\.path) == ["/length", "/chunks", "/none"])
            #expect(server.requests.map(\.query) == ["q", nil, nil])
            let bodies = server.requests.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(bodies == ["hello", "abc0123456789", ""])
            #expect(server.requests.allSatisfy { $0.isComplete })
            #expect(server.connections.map(\.requests) == [3])
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await FaultServer.withServer { server in
            server.script(default: [.ok])
            server.script("/0", [.ok("first").delayed(.milliseconds(5))])
            let client = try RawClient(port: server.port)
            let requests = (0..<50).map { "POST /\($0) HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nx" }
            client.send(requests.joined() + "GET /end HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
            let text = client.readToEnd().text
            #expect(text.components(separatedBy: "HTTP/1.1 200 OK").count == 52)
            #expect(text.contains("\r\n\r\nfirstHTTP/1.1"))
            #expect(server.requests.map(\.path) == (0..<50).map { "/\($0)" } + ["/end"])
        }
    }

    @Test func expectContinueIsAnswered() async throws {
        try await FaultServer.withServer { server in
            server.script("/refused", [.early(.status(417))])
            let client = try RawClient(port: server.port)
            client.request("POST", "/x", ["Expect: 100-continue", "Content-Length: 2"])
            #expect(client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            client.send("hi")
            #expect(client.read(until: "\"}").contains("aGk="))
            client.request("POST", "/refused", ["Expect: 100-continue", "Content-Length: 2"])
            #expect(client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 417 "))
        }
    }

    @Test func slowReadTakesItsTime() async throws {
        try await FaultServer.withServer { server in
            server.script("/slow", [.slowRead(bytes: 10, every: .milliseconds(5))])
            let client = try RawClient(port: server.port)
            client.request("POST", "/slow", ["Content-Length: 50", "Expect: 100-continue"])
            _ = client.read(until: "\r\n\r\n")
            let clock = ContinuousClock()
            let duration = clock.measure {
                client.send(String(repeating: "x", count: 50))
                #expect(client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK"))
            }
            // Five reads with four pauses between them.
            #expect(duration >= .milliseconds(19))
            #expect(server.requests[0].bodyBytes == 50)
        }
    }

    @Test func slowReadReachesTheSender() async throws {
        var configuration = FaultServer.Configuration()
        configuration.receiveBufferBytes = 4_096
        try await FaultServer.withServer(configuration) { server in
            server.script("/slow", [.slowRead(bytes: 1, every: .seconds(60))])
            let client = try RawClient(port: server.port)
            client.request("POST", "/slow", ["Content-Length: 10000000"])
            try await server.waitUntil { $0.requests == 1 }
            #expect(client.sendWithoutBlocking(10_000_000) < 8_000_000)
        }
    }

    @Test func earlyAnswerComesBeforeTheBody() async throws {
        try await FaultServer.withServer { server in
            server.script(
                "/early",
                [.early(.status(403)), .early(.status(403), then: .closes), .early(.ok, then: .resets)]
            )
            let client = try RawClient(port: server.port)
            client.request("POST", "/early", ["Content-Length: 4"])
            #expect(client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 403 Forbidden"))
            client.send("body")
            // The connection is still in step.
            client.request("POST", "/early", ["Content-Length: 4"])
            #expect(client.readToEnd() == ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", .closed))
            let other = try RawClient(port: server.port)
            other.request("POST", "/early", ["Content-Length: 4"])
            #expect(other.readToEnd().ending == .reset)
            client.close()
            try await server.waitForNoConnections()
            #expect(server.requests.map(\.isComplete) == [true, false, false])
            #expect(server.counters.incompleteRequests == 2)
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", "400"),
        ("GET /\r\n\r\n", "400"),
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", "413"),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n" + filler(9_999), "413"),
        ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + filler(1_024), "413"),
        ("GET / HTTP/1.1\r\nHost: x\r\nLong: " + filler(2_000), "431"),
    ])
    func requestsOutsideTheProtocolOrTheLimitsAreRefused(request: String, status: String) async throws {
        var configuration = FaultServer.Configuration()
        configuration.headerLimit = 1_000
        configuration.bodyLimit = 1_000
        try await FaultServer.withServer(configuration) { server in
            let client = try RawClient(port: server.port)
            client.send(request)
            let (text, ending) = client.readToEnd()
            #expect(text.hasPrefix("HTTP/1.1 \(status) "))
            #expect(ending == .closed)
            #expect(server.counters.refusedRequests == 1)
        }
    }

    @Test func oldAndOddRequestsAreUnderstood() async throws {
        try await FaultServer.withServer { server in
            let old = try RawClient(port: server.port)
            old.send("GET /old HTTP/1.0\r\n\r\n")
            #expect(old.readToEnd().ending == .closed)
            let odd = try RawClient(port: server.port)
            odd.send("\r\nGET http://127.0.0.1:1/odd?a?b HTTP/1.1\nHost: x\nConnection: Close\n\n")
            #expect(odd.readToEnd().text.hasPrefix("HTTP/1.1 200 OK"))
            #expect(server.requests.map(\.path) == ["/old", "/odd"])
            #expect(server.requests[1].query == "a?b")
        }
    }
}

private func filler(_ count: Int) -> String {
    String(repeating: "x", count: count)
}
