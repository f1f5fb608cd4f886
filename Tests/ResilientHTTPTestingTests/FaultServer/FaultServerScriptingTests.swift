import ResilientHTTPTesting
import Testing

struct FaultServerScriptingTests {
    private func status(_ client: RawClient, _ target: String, _ lines: [String] = []) -> String {
        client.request("HEAD", target, lines)
        return String(client.read(until: "\r\n\r\n").dropFirst("HTTP/1.1 ".count).prefix(3))
    }

    @Test func theLastBehaviourRepeats() async throws {
        try await FaultServer.withServer { server in
            server.script("/a", [.status(500), .status(501), .status(502)])
            let client = try RawClient(port: server.port)
            #expect((0..<5).map { status(client, "/a?query=\($0)") } == ["500", "501", "502", "502", "502"])
            #expect(server.requests(path: "/a").map(\.attempt) == [0, 1, 2, 3, 4])
            server.script("/a", [.status(404)])
            #expect(status(client, "/a") == "404")
            #expect(server.requests(path: "/a").last?.attempt == 0)
        }
    }

    @Test func keysAreCountedApart() async throws {
        try await FaultServer.withServer { server in
            server.script("/a", [.status(500), .ok])
            let client = try RawClient(port: server.port)
            #expect(status(client, "/a", ["X-Request-Key: 1"]) == "500")
            #expect(status(client, "/a", ["x-request-key: 2"]) == "500")
            #expect(status(client, "/a") == "500")
            #expect(status(client, "/a", ["X-Request-Key: 1"]) == "200")
            #expect(server.requests.map(\.attempt) == [0, 0, 0, 1])
        }
    }

    @Test func defaultsAndHandlers() async throws {
        try await FaultServer.withServer { server in
            let client = try RawClient(port: server.port)
            #expect(status(client, "/a") == "200")
            server.script(default: [.status(500), .ok])
            #expect(["/a", "/b", "/a"].map { status(client, $0) } == ["500", "500", "200"])
            // Calling the server from the handler must not lock up.
            server.setHandler { [weak server] request in
                .status(request.path == "/a" ? 404 : 400 + (server?.requests(path: "/b").count ?? 0))
            }
            #expect(["/a", "/b"].map { status(client, $0) } == ["404", "402"])
            server.reset()
            #expect(status(client, "/a") == "200")
            #expect(server.requests.count == 1)
            #expect(server.counters.open == 1)
        }
    }

    @Test func countersNameTheBehaviours() async throws {
        try await FaultServer.withServer { server in
            server.script("/a", [.status(500), .ok, .ok("x").named("mine")])
            let client = try RawClient(port: server.port)
            for _ in 0..<4 { _ = status(client, "/a") }
            #expect(server.counters.behaviours == ["status_500": 1, "ok": 1, "mine": 2])
            #expect(server.requests.map(\.behaviour) == ["status_500", "ok", "mine", "mine"])
        }
    }

    @Test func mixIsAPureFunction() {
        let mix = FaultServer.FaultMix.recoverable(withinAttempts: 4)
        func names(_ seed: UInt64) -> [String] {
            (0..<400).map { mix.behaviour(path: "/\($0 / 4)", attempt: $0 % 4, seed: seed).name }
        }
        #expect(names(1) == names(1))
        #expect(names(1) != names(2))
        #expect(stride(from: 3, to: 400, by: 4).allSatisfy { names(3)[$0] == "ok" })
        let hits = Dictionary(names(1).map { ($0, 1) }, uniquingKeysWith: +)
        #expect(hits.keys.count >= 11, "some of the mix never came: \(hits)")
        #expect(mix.behaviour(path: "/", key: "a", attempt: 0, seed: 0).isSurvivableByURLSession)
        #expect(FaultServer.FaultMix([]).behaviour(path: "/", attempt: 0, seed: 0).name == "ok")
    }

    @Test func mixIsServed() async throws {
        try await FaultServer.withServer { server in
            let mix = FaultServer.FaultMix([
                .init(weight: 1, .status(500)), .init(weight: 1, .status(501)), .init(weight: 0, .hang),
            ])
            server.script(seed: 9, mix: mix)
            let client = try RawClient(port: server.port)
            for attempt in 0..<20 {
                let expected = mix.behaviour(path: "/p", attempt: attempt, seed: 9).name
                #expect("status_\(status(client, "/p"))" == expected)
            }
            #expect(server.counters.behaviours.count == 2)
        }
    }
}
