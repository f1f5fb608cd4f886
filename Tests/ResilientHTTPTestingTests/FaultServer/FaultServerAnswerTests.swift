import Foundation
import ResilientHTTPTesting
import Testing

struct FaultServerAnswerTests {
    /// Sends one request and expects exactly these bytes, twice on one connection.
    private func expect(
        _ expected: String,
        from behaviour: FaultServer.Behaviour,
        method: String = "GET",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await FaultServer.withServer { server in
            server.script("/a", [behaviour])
            let client = try RawClient(port: server.port)
            for _ in 0..<2 {
                client.request(method, "/a")
                #expect(client.read(expected.utf8.count) == expected, sourceLocation: sourceLocation)
            }
        }
    }

    @Test func okIsAWholeAnswerAndKeepsTheConnection() async throws {
        try await expect("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok", from: .ok)
        try await expect("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n", from: .ok(""))
    }

    @Test func responseSendsItsHeadersInOrder() async throws {
        try await expect(
            "HTTP/1.1 201 Created\r\nB: 1\r\nA: 2\r\nB: 3\r\nContent-Length: 4\r\n\r\nbody",
            from: .response(201, headers: ["B": "1", "A": "2", "B": "3"], body: Data("body".utf8))
        )
        try await expect("HTTP/1.1 599 Status\r\nContent-Length: 0\r\n\r\n", from: .status(599))
    }

    @Test func someAnswersHaveNoBody() async throws {
        let body = Data("body".utf8)
        try await expect("HTTP/1.1 204 No Content\r\n\r\n", from: .response(204, body: body))
        try await expect("HTTP/1.1 304 Not Modified\r\n\r\n", from: .response(304, body: body))
        try await expect(
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n",
            from: .response(200, body: body),
            method: "HEAD"
        )
    }

    @Test func echoReturnsTheRequestAsItCame() async throws {
        struct Echo: Decodable {
            var method: String
            var target: String
            var headers: [[String]]
            var body: Data
        }
        try await FaultServer.withServer { server in
            let client = try RawClient(port: server.port)
            client.request("PUT", "/e?q=1", ["x-B: 1", "X-a:2", "x-B: \t3 ", "Connection: close"], body: "körper")
            let text = client.readToEnd().text
            let json = try #require(text.range(of: "\r\n\r\n")).upperBound
            let echo = try JSONDecoder().decode(Echo.self, from: Data(text[json...].utf8))
            #expect(echo.method == "PUT")
            #expect(echo.target == "/e?q=1")
            #expect(echo.headers.prefix(4) == [["Host", "test"], ["x-B", "1"], ["X-a", "2"], ["x-B", "3"]])
            #expect(String(decoding: echo.body, as: UTF8.self) == "körper")
            #expect(text.contains("Connection: close\r\n"))
        }
    }

    @Test func randomBodyMatchesItsDigest() async throws {
        try await FaultServer.withServer { server in
            server.script("/r", [.random(bytes: 100_000, seed: 7).closing])
            var bodies: [[UInt8]] = []
            for _ in 0..<2 {
                let client = try RawClient(port: server.port)
                client.request("/r")
                let bytes = client.readBytesToEnd().bytes
                let body = Array(bytes.suffix(100_000))
                let head = String(decoding: bytes.dropLast(100_000), as: UTF8.self)
                let hash = body.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
                let digits = String(hash, radix: 16)
                let digest = String(repeating: "0", count: 16 - digits.count) + digits
                #expect(head.contains("X-Digest: \(digest)\r\n"))
                bodies.append(body)
            }
            #expect(bodies[0] == bodies[1])
        }
    }

    @Test func retryAfterComesInBothForms() async throws {
        try await expect(
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
            from: .tooManyRequests(retryAfterSeconds: 7)
        )
        try await expect("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", from: .unavailable())
        try await FaultServer.withServer { server in
            server.script(
                "/d",
                [.unavailable(retryAfterDate: .seconds(3_600)), .tooManyRequests(retryAfterDate: .zero)]
            )
            let client = try RawClient(port: server.port)
            client.request("/d")
            let head = client.read(until: "\r\n\r\n")
            let line = try #require(head.split(separator: "\r\n").first { $0.hasPrefix("Retry-After: ") })
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
            formatter.timeZone = .gmt
            let date = try #require(formatter.date(from: String(line.dropFirst("Retry-After: ".count))))
            #expect(abs(date.timeIntervalSinceNow - 3_600) < 60)
            client.request("/d")
            #expect(client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 429 Too Many Requests\r\nRetry-After: "))
        }
    }

    @Test func redirectsLeadToAPathThePeerOrAnything() async throws {
        try await FaultServer.withServer { server in
            server.script("/p", [.redirect(307, to: .path("/q?x=1"))])
            server.script("/o", [.redirect(to: .otherPort("/q"))])
            server.script("/b", [.redirect(301, to: .raw(Data([0xff, 0x20])))])
            server.script("/loop", [.redirectToItself(308)])
            let client = try RawClient(port: server.port)
            client.request("/p")
            let path = "HTTP/1.1 307 Temporary Redirect\r\nLocation: /q?x=1\r\nContent-Length: 0\r\n\r\n"
            #expect(client.read(until: "\r\n\r\n") == path)
            client.request("/o")
            let other = "Location: http://127.0.0.1:\(server.alternatePort)/q\r\n"
            #expect(client.read(until: "\r\n\r\n").contains(other))
            client.request("/loop")
            #expect(client.read(until: "\r\n\r\n").contains("Location: /loop\r\n"))
            client.request("/b", ["Connection: close"])
            #expect(client.readBytesToEnd().bytes.contains(0xff))

            let alternate = try RawClient(port: server.alternatePort)
            alternate.request("/o")
            #expect(alternate.read(until: "\r\n\r\n").contains("Location: http://127.0.0.1:\(server.port)/q\r\n"))
            #expect(server.requests(path: "/o").map(\.port) == [server.port, server.alternatePort])
        }
    }

    @Test func interimResponsesComeFirst() async throws {
        try await expect(
            "HTTP/1.1 100 Continue\r\nLink: </a>\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok",
            from: .interim(headers: ["Link": "</a>"], then: .ok)
        )
    }
}
