import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct MockTransportTests {
    /// Runs calls on a client without stages in a simulation.
    private func run<Result: Sendable>(
        _ transport: MockTransport,
        configuration: Configuration = .passthrough,
        _ body: @escaping @Sendable (ResilientClient, Simulation) async throws -> Result
    ) throws -> Result {
        let simulation = Simulation(seed: 0)
        let result = try simulation.run { simulation in
            let dependencies = simulation.dependencies(transport: transport)
            return try await withResilientClient(configuration, dependencies: dependencies) {
                try await body($0, simulation)
            }
        }
        simulation.settle()
        #expect(simulation.runtime.liveTasks == 0)
        #expect(simulation.runtime.liveTimers == 0)
        return result
    }

    private func statuses(_ transport: MockTransport, _ paths: [String]) throws -> [Int] {
        try run(transport) { client, _ in
            var statuses: [Int] = []
            for path in paths {
                let url = try client.url("https://example.com\(path)")
                statuses.append(try await client.send(ClientRequest(url: url)).status.code)
            }
            return statuses
        }
    }

    @Test func answersComeInTheirOrderAndTheLastRepeats() throws {
        let answers = MockTransport(.status(201), .status(202), .status(203))
        #expect(try statuses(answers, ["/", "/", "/", "/", "/"]) == [201, 202, 203, 203, 203])
        #expect(try statuses(MockTransport(), ["/", "/"]) == [200, 200])
    }

    @Test func theLatestRuleThatMatchesWins() throws {
        let transport = MockTransport(.status(404))
        transport.on(.path("/a"), .status(201), .status(202))
        #expect(try statuses(transport, ["/a", "/a?q=1", "/b"]) == [201, 202, 404])
        let overridden = MockTransport(.status(404))
        overridden.on(.path("/a"), .status(201))
        overridden.on(.any, .status(500))
        overridden.on(.path("/c"), .status(203))
        #expect(try statuses(overridden, ["/a", "/c"]) == [500, 203])
    }

    @Test func aScriptForEachCallBeginsAnewWithEach() throws {
        let transport = MockTransport()
        transport.onEachCall(.any, .status(503), .ok)
        let attempts = try run(transport, configuration: .recommended) { client, _ in
            var attempts: [Int] = []
            for _ in 0..<3 { attempts.append(try await client.get("https://example.com/").attempts.count) }
            return attempts
        }
        #expect(attempts == [2, 2, 2])
    }

    @Test func aClosureSeesTheRequestAndMayLookAtTheTransport() throws {
        let transport = MockTransport()
        let matcher = RequestMatcher { _ in transport.requestCount > 0 }
        transport.on(matcher) { recorded in
            .status(.init(200 + transport.requestCount), body: "\(recorded.number) \(recorded.request.url.path)")
        }
        let texts = try run(transport) { client, _ in
            let first = try await client.get("https://example.com/a")
            let second = try await client.get("https://example.com/b")
            return [first.text, second.text, "\(second.status)"]
        }
        #expect(texts == ["1 /a", "2 /b", "202"])
    }

    @Test func whatAClosureThrowsIsThrownAtTheClient() throws {
        struct Own: Error {}
        let transport = MockTransport()
        transport.on(.path("/json")) { recorded in try .json([recorded.number]) }
        transport.on(.path("/throws")) { _ in throw Own() }
        try run(transport) { client, _ in
            let numbers = try await client.get("https://example.com/json").decode([Int].self)
            #expect(numbers == [1])
            await #expect(throws: Own.self) { try await client.get("https://example.com/throws") }
        }
    }

    @Test(
        arguments: [
            (RequestMatcher.method(.post), 1), (.host("example.com"), 2), (.host("elsewhere"), 0),
            (.header(.accept, "text/plain"), 1), (.method(.get) && .path("/a"), 1), (.method(.put) || .path("/a"), 2),
            (!.method(.get), 1), (!(.method(.get) || .method(.post)), 0), (.any, 2),
        ] as [(RequestMatcher, Int)]
    )
    func matchersCanBeCombined(matcher: RequestMatcher, expected: Int) throws {
        let transport = MockTransport(.status(202))
        transport.on(matcher, .status(201))
        let matched = try run(transport) { client, _ in
            let get = try await client.get("https://example.com/a", headers: [.accept: "text/plain"])
            let post = try await client.post("https://example.com/a?x=1")
            return [get, post].count { $0.status == 201 }
        }
        #expect(matched == expected)
    }

    @Test func whatIsBeyondTheLimitIsCountedAndNotKept() throws {
        let transport = MockTransport([], recordingLimit: 2)
        _ = try statuses(transport, ["/1", "/2", "/3", "/4"])
        #expect(transport.requests.map(\.request.url.path) == ["/1", "/2"])
        #expect(transport.requestCount == 4)
    }

    @Test func aRecordedRequestTellsWhatTheTransportWasGiven() throws {
        let transport = MockTransport(.status(503), .ok)
        let configuration = Configuration.recommended.with { $0.retry?.backoff = .constant(.seconds(2), jitter: .none) }
        let (start, id) = try run(transport, configuration: configuration) { client, simulation in
            let start = simulation.clock.now
            return (start, try await client.get("https://example.com/").requestID)
        }
        #expect(transport.requests.map(\.number) == [1, 2])
        #expect(transport.requests.map(\.attempt) == [1, 2])
        #expect(transport.requests.map(\.time) == [start, start + .seconds(2)])
        #expect(transport.requests.allSatisfy { $0.requestID == id })
        #expect(transport.requests.last?.deadline?.instant == start + .seconds(32))
    }

    @Test func capabilitiesSayWhetherTheTransportIsDeaf() {
        #expect(MockTransport().capabilities.honoursDeadlines)
        #expect(!MockTransport(isDeaf: true).capabilities.honoursDeadlines)
        #expect(MockTransport().capabilities.neverRepeats)
    }
}
