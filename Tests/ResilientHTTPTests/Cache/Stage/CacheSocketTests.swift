import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

extension OverRealSockets {
    /// What a real server sees of the cache; the cache's time is the test's, that of the wire is real.
    @Suite(.timeLimit(.minutes(1)))
    struct CacheSocketTests {
        private func run(
            _ behaviours: [FaultServer.Behaviour],
            _ configuration: Configuration = .caching(),
            _ body: (ResilientClient, FaultServer, ManualClock, URL) async throws -> Void
        ) async throws {
            try await FaultServer.withServer { server in
                server.script("/x", behaviours)
                let clock = ManualClock()
                let dependencies = try Dependencies.live(runtime: .manual(clock))
                try await withResilientClient(configuration, dependencies: dependencies) { client in
                    try await body(client, server, clock, server.url.appending(path: "x"))
                }
            }
        }

        private func fresh(_ directives: String, _ body: String) -> FaultServer.Behaviour {
            .response(200, headers: ["Cache-Control": directives, "ETag": "\"a\""], body: Data(body.utf8))
        }

        @Test func aHitSendsNothingAndAValidationItsCondition() async throws {
            try await run([fresh("max-age=10", "one"), .response(304, headers: ["ETag": "\"a\""])]) {
                client,
                server,
                clock,
                url in
                let request = ClientRequest(url: url)
                #expect(try await client.send(request).source == .network)
                for _ in 0..<5 { #expect(try await client.send(request).source == .cache) }
                #expect(server.completeRequests(path: "/x") == 1)
                clock.advance(by: .seconds(11))
                let confirmed = try await client.send(request)
                #expect(confirmed.text == "one" && confirmed.source == .cache)
                #expect(server.requests(path: "/x").map { $0.values(of: "If-None-Match") } == [[], ["\"a\""]])
                #expect(try await client.send(request).source == .cache)
                #expect(server.completeRequests(path: "/x") == 2)
            }
        }

        @Test func anUnsafeRequestMakesTheServerAskedAgain() async throws {
            try await run([fresh("max-age=10", "one"), .status(204), fresh("max-age=10", "two")]) {
                client,
                server,
                _,
                url in
                #expect(try await client.send(ClientRequest(url: url)).text == "one")
                _ = try await client.send(ClientRequest(method: .delete, url: url))
                #expect(try await client.send(ClientRequest(url: url)).text == "two")
                #expect(server.requests(path: "/x").map(\.method) == ["GET", "DELETE", "GET"])
            }
        }

        @Test func aServerThatIsGoneIsStoodInFor() async throws {
            try await run([fresh("max-age=10, stale-if-error=100", "one"), .closeWithoutAnswer, .status(503)]) {
                client,
                server,
                clock,
                url in
                #expect(try await client.send(ClientRequest(url: url)).text == "one")
                clock.advance(by: .seconds(20))
                for _ in 0..<2 {
                    let stale = try await client.send(ClientRequest(url: url))
                    #expect(stale.text == "one" && stale.source == .stale)
                }
                clock.advance(by: .seconds(100))
                #expect(try await client.send(ClientRequest(url: url)).status == 503)
                #expect(server.requests(path: "/x").count >= 4)
            }
        }

        @Test func aStaleAnswerIsFetchedAgainBehindTheCallersBack() async throws {
            try await run([fresh("max-age=10, stale-while-revalidate=100", "one"), fresh("max-age=10", "two")]) {
                client,
                server,
                clock,
                url in
                #expect(try await client.send(ClientRequest(url: url)).text == "one")
                clock.advance(by: .seconds(20))
                #expect(try await client.send(ClientRequest(url: url)).source == .stale)
                // The call in the background is the client's, and is over when the client has none.
                while client.callsInFlight > 0 { try await Task.sleep(for: .milliseconds(1)) }
                #expect(try await client.send(ClientRequest(url: url)).text == "two")
                #expect(server.completeRequests(path: "/x") == 2)
            }
        }

        @Test func onlyTheModeThatSaysSoTellsTheServer() async throws {
            try await run([fresh("max-age=10", "one")]) { client, server, _, url in
                for mode in [CacheMode.default, .reload, .revalidate, .noStore, .bypass, .forceCache] {
                    _ = try await client.send(ClientRequest(url: url), options: RequestOptions(cacheMode: mode))
                }
                let sent = server.requests(path: "/x").map { $0.values(of: "Cache-Control") }
                #expect(sent == [[], ["no-cache"], ["max-age=0"], ["no-store"], []])
            }
        }
    }
}
