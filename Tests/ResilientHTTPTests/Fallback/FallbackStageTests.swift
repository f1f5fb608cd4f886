import Foundation
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import ResilientHTTP

@Suite struct FallbackStageTests {
    let other = URL(string: "https://other.example/eu") ?? .example()

    func configuration(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
        Configuration(baseURL: URL(string: "https://example.com/v1")).with {
            $0.fallback = FallbackConfiguration()
            $0.retry = nil
            change(&$0)
        }
    }

    func ask(
        _ transport: MockTransport,
        _ fallbacks: [Fallback] = [],
        _ configuration: Configuration? = nil,
        request: ClientRequest = ClientRequest(url: .example("v1/a")),
        options: RequestOptions = RequestOptions()
    ) throws -> ClientResponse {
        try simulate(
            configuration ?? self.configuration(),
            transport: transport,
            change: { $0.fallbacks = fallbacks }
        ) { client, _ in
            try await client.send(request, options: options)
        }
    }

    @Test func aGoodAnswerIsLeftAlone() throws {
        for status in [200, 301, 404, 422, 501] {
            let response = try ask(MockTransport(.status(.init(status))), [.value(ClientResponse(status: 299))])
            #expect(response.status.code == status && response.source == .network)
        }
    }

    /// A streamed answer that is no success and long is still on the wire, with its slot.
    @Test(arguments: [200, 500])
    func aLongFailureDoesNotKeepTheSlotThatTheFallbackNeeds(status: Int) throws {
        let transport = TransportOf { request, context, _ in
            let isFirst = request.url.host == "example.com"
            let chunks = DeafChunks(runtime: context.runtime, count: isFirst ? .max : 1, chunk: Data(count: 70_000))
            return ClientResponse(status: .init(isFirst ? 503 : status), body: .stream(chunks))
        }
        let configuration = configuration {
            $0.fallback?.endpoints = [other]
            $0.admission = AdmissionConfiguration(maxConcurrentRequests: 1)
            $0.timeouts.total = .seconds(60)
        }
        try simulateStreams(configuration, transport: transport) { client, _ in
            let stream = try await client.stream(ClientRequest(url: .example("v1/a")))
            #expect(stream.status.code == (status == 200 ? 200 : 503))
            let reading = await stream.reading()
            #expect(status == 200 ? reading.error == nil : reading.code == .connectionLost)
            #expect(client.queue?.stats.inFlight == 0)
        }
        #expect(transport.requestCount == 2)
    }

    @Test func fallbacksAreAskedInTheirOrder() throws {
        let transport = MockTransport()
        transport.on(.host("example.com"), .status(503))
        transport.on(.host("other.example"), .connectFailed)
        let response = try ask(
            transport,
            [
                .closure("nothing") { _, _ in nil },
                .closure("thrower") { _, _ in throw URLError(.badURL) },
                .closure("value") { failure, _ in
                    ClientResponse(status: 200, body: .text("instead of \(failure.error == nil ? "answer" : "error")"))
                },
                .value(ClientResponse(status: 500)),
            ],
            configuration { $0.fallback?.endpoints = [other] }
        )
        #expect(response.text == "instead of error" && response.source == .fallback)
        #expect(
            transport.requests.map(\.request.url.absoluteString) == [
                "https://example.com/v1/a", "https://other.example/eu/a",
            ]
        )
        #expect(response.explanation.description.contains("value answers instead"))
    }

    @Test func withoutAnyAnswerTheCallEndsAsItWould() throws {
        let response = try ask(MockTransport(.status(503, body: "ill")), [.closure("nothing") { _, _ in nil }])
        #expect(response.text == "ill" && response.source == .network)
        let error = try #require(throws: ResilientError.self) {
            try ask(MockTransport(.connectFailed), [.closure("nothing") { _, _ in nil }])
        }
        #expect(error.code == .connectFailed)
    }

    @Test func credentialsStayWithTheFirstService() throws {
        let transport = MockTransport()
        transport.on(.host("example.com"), .status(503))
        let request = ClientRequest(
            url: .example("v1/a"),
            headers: [.authorization: "Bearer first", .accept: "text/plain"]
        )
        let key = HeaderFields.Name("X-API-Key") ?? .accept
        _ = try ask(transport, [.endpoint(other, headers: [key: "second"])], request: request)
        let sent = try #require(transport.requests.last?.request)
        #expect(sent.headers[.authorization] == nil && sent.headers[.accept] == "text/plain")
        #expect(sent.headers[key] == "second")
    }

    @Test func whatMustNotBeSentTwiceGoesNowhereElse() throws {
        let transport = MockTransport()
        transport.on(.host("example.com"), .status(503))
        let post = ClientRequest(method: .post, url: .example("v1/a"), body: .text("pay"))
        #expect(try ask(transport, [.endpoint(other)], request: post).status == 503)
        #expect(transport.requestCount == 1)
        // Nothing of it was sent.
        let refusing = MockTransport()
        refusing.on(.host("example.com"), .connectFailed)
        #expect(try ask(refusing, [.endpoint(other)], request: post).source == .fallback)
    }

    @Test func aDeadlineThatHasPassedLeavesOnlyValues() throws {
        let transport = MockTransport(.hang)
        let response = try ask(
            transport,
            [
                .endpoint(other), .closure("late") { _, _ in ClientResponse(status: 201) },
                .value(ClientResponse(status: 203)),
            ],
            options: .init(totalTimeout: .seconds(5))
        )
        #expect(response.status == 203 && transport.requestCount == 1)
        #expect(response.timings.total == .seconds(5))
    }

    @Test func aClosureIsAbandonedAtTheDeadline() throws {
        let error = try #require(throws: ResilientError.self) {
            try ask(
                MockTransport(.connectFailed),
                [
                    .closure("slow") { _, context in
                        try await context.sleep(for: .seconds(100))
                        return nil
                    }
                ],
                options: .init(totalTimeout: .seconds(5))
            )
        }
        #expect(error.code == .connectFailed && error.timings.total == .seconds(5))
    }

    @Test func cancellationAndShutdownAskNobody() throws {
        let transport = MockTransport(.hang)
        try simulate(
            configuration(),
            transport: transport,
            change: { $0.fallbacks = [.value(ClientResponse(status: 200))] }
        ) { client, simulation in
            let outcome = OneShot<ClientResponse>()
            let task = simulation.start {
                do {
                    outcome.resolve(.success(try await client.send(ClientRequest(url: .example("v1/a")))))
                } catch {
                    outcome.resolve(.failure(error))
                }
            }
            try await simulation.sleep(for: .seconds(1))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await outcome.value() }
        }
    }

    @Test func chosenStatusesAndCodesCount() throws {
        let settings = configuration {
            $0.fallback?.statuses = [404]
            $0.fallback?.codes = []
        }
        let value = [Fallback.value(ClientResponse(status: 200))]
        #expect(try ask(MockTransport(.status(404)), value, settings).source == .fallback)
        #expect(try ask(MockTransport(.status(503)), value, settings).status == 503)
        #expect(throws: ResilientError.self) { try ask(MockTransport(.connectFailed), value, settings) }
    }

    @Test(arguments: [
        (
            "https://a.example/v1", "https://a.example/v1/x/y?q=%20#f", "https://b.example",
            "https://b.example/x/y?q=%20"
        ),
        ("https://a.example/v1/", "https://a.example/v1", "https://b.example/eu/", "https://b.example/eu"),
        ("", "https://a.example/x", "https://b.example:8443/eu", "https://b.example:8443/eu/x"),
        ("https://a.example/v1", "https://a.example/v10/x", "https://b.example/eu", "https://b.example/eu/v10/x"),
    ])
    func aRequestKeepsWhatIsBehindTheBase(base: String, url: String, other: String, expected: String) throws {
        let moved = FallbackURL.move(
            try #require(URL(string: url)),
            from: URL(string: base),
            to: try #require(URL(string: other))
        )
        #expect(moved?.absoluteString == expected)
    }

    @Test func badSettingsAreRefused() throws {
        let six = (1...6).compactMap { URL(string: "https://\($0).example") }
        #expect(throws: ResilientError.self) { try configuration { $0.fallback?.endpoints = six }.validate() }
        #expect(throws: ResilientError.self) {
            try configuration { $0.fallback?.endpoints = [URL(string: "ftp://a.example") ?? .example()] }.validate()
        }
        #expect(throws: ResilientError.self) { try configuration { $0.fallback?.statuses = [200] }.validate() }
        // On, but with nothing to fall back on; and given, but off.
        #expect(throws: ResilientError.self) { try ResilientClient(configuration()) }
        var dependencies = Dependencies()
        dependencies.fallbacks = [.value(ClientResponse(status: 200))]
        #expect(throws: ResilientError.self) { try ResilientClient(.recommended, dependencies: dependencies) }
    }
}

extension OverRealSockets {
    @Suite struct FallbackSocketTests {
        @Test func theSecondServerGetsTheRequestWithoutTheToken() async throws {
            try await FaultServer.withServer { ill in
                ill.script("/orders", [.unavailable()])
                try await FaultServer.withServer { well in
                    well.script("/eu/orders", [.ok("here")])
                    let configuration = Configuration(baseURL: ill.url).with {
                        $0.retry = nil
                        $0.defaultHeaders = [.authorization: "Bearer secret-token-1234"]
                        $0.fallback = FallbackConfiguration(endpoints: [well.url.appending(path: "eu")])
                    }
                    try await withResilientClient(configuration, dependencies: .live()) { client in
                        let response = try await client.get("/orders")
                        #expect(response.text == "here" && response.source == .fallback)
                    }
                    #expect(ill.requests.first?.values(of: "Authorization") == ["Bearer secret-token-1234"])
                    #expect(well.requests.count == 1 && well.requests.first?.values(of: "Authorization") == [])
                }
            }
        }
    }
}
