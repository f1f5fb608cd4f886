import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite struct DeduplicationStageTests {
    private let request = ClientRequest(url: .example("a"))

    @Test func identicalRequestsAreSentOnce() throws {
        let transport = MockTransport(MockAnswer.status(200, body: "answer").after(.seconds(1)))
        let (responses, statistics) = try simulate(.sharing(), transport: transport) { client, simulation in
            let calls = try await simulation.start(client, 10)
            let under = client.deduplicationStatistics()
            #expect(under?.flying == 1 && under?.waiting == 10)
            return (try await calls.responses, client.deduplicationStatistics())
        }
        #expect(transport.requestCount == 1)
        #expect(responses.allSatisfy { $0.text == "answer" && $0.url == .example("a") })
        #expect(responses.map(\.source) == [.network] + Array(repeating: .coalesced, count: 9))
        var expected = DeduplicationStatistics()
        expected.flights = 1
        expected.coalesced = 9
        #expect(statistics == expected)
    }

    @Test func theBodyIsThereOnce() throws {
        let body = Data(repeating: 7, count: 1 << 20)
        let answer = ClientResponse(status: 200, body: .bytes(body))
        let transport = MockTransport(MockAnswer.response(answer).after(.seconds(1)))
        let responses = try simulate(.sharing(), transport: transport) { client, simulation in
            try await simulation.start(client, 3).responses
        }
        let places = Set(responses.map { $0.data.withUnsafeBytes { $0.baseAddress } })
        #expect(places.count == 1)
    }

    @Test func eachCallHasItsOwnRecord() throws {
        let transport = MockTransport(MockAnswer.ok.after(.seconds(1)))
        let responses = try simulate(.sharing(), transport: transport) { client, simulation in
            try await simulation.start(client, 2).responses
        }
        let (first, second) = (responses[0], responses[1])
        #expect(first.requestID != second.requestID)
        #expect(first.attempts.count == 1 && second.attempts.isEmpty)
        #expect(second.timings.total == .seconds(1) - .microseconds(1) && second.timings.network == .zero)
        let leader = try #require(first.requestID)
        let said = second.explanation.decisions.filter { $0.stage == .deduplication }.map(\.outcome.description)
        #expect(said == ["shares the flight of request \(leader)"])
        #expect(first.explanation.decisions.contains { $0.stage == .deduplication && $0.outcome.delay == nil })
    }

    @Test func aRequestAfterTheAnswerIsSentAnew() throws {
        let transport = MockTransport(MockAnswer.ok.after(.seconds(1)))
        let sources = try simulate(.sharing(), transport: transport) { client, _ in
            let request = ClientRequest(url: .example("a"))
            return [try await client.send(request).source, try await client.send(request).source]
        }
        #expect(transport.requestCount == 2)
        #expect(sources == [.network, .network])
    }

    @Test func unrelatedRequestsDoNotWait() throws {
        let transport = MockTransport()
        transport.on(.path("/a"), .ok.after(.seconds(10)))
        let waited = try simulate(.sharing(), transport: transport) { client, simulation in
            let slow = try await simulation.start(client, 2)
            let began = simulation.clock.now
            _ = try await client.send(ClientRequest(url: .example("b")))
            let waited = simulation.clock.now - began
            _ = try await slow.responses
            return waited
        }
        #expect(waited == .zero)
    }

    // MARK: - What may be shared

    @Test(arguments: [ClientRequest.Method.get, .head])
    func whatOnlyReadsIsShared(_ method: ClientRequest.Method) throws {
        #expect(try sent(ClientRequest(method: method, url: .example("a"))) == 1)
    }

    @Test(arguments: [ClientRequest.Method.post, .put, .delete, .options])
    func theRestIsSharedOnlyWhenACallSaysSo(_ method: ClientRequest.Method) throws {
        var request = ClientRequest(method: method, url: .example("a"))
        if method == .post || method == .put { request.body = .text("body") }
        #expect(try sent(request) == 2)
        #expect(try sent(request, RequestOptions(isDeduplicated: true)) == 1)
    }

    @Test func nothingIsSharedAgainstTheCallsWill() throws {
        #expect(try sent(request, RequestOptions(isDeduplicated: false)) == 2)
    }

    @Test func methodsAndIgnoredFieldsAreTheConfigurations() throws {
        let configuration = Configuration.sharing {
            $0.deduplication?.methods = ["delete"]
            $0.deduplication?.ignoredHeaders = ["X-Trace"]
        }
        #expect(try sent(request, in: configuration) == 2)
        let requests = ["1", "2"].map { trace in
            ClientRequest(
                method: .delete,
                url: .example("a"),
                headers: [HeaderFields.Name(constant: "x-trace"): trace]
            )
        }
        #expect(try sent(requests, in: configuration) == 1)
    }

    @Test func aBodyThatIsNotInMemoryIsNotShared() throws {
        let options = RequestOptions(isDeduplicated: true)
        let stream = RequestBody.stream { BytesOnce() }
        let file = RequestBody.file(URL(filePath: "/dev/null"))
        for body in [stream, file] {
            #expect(try sent(ClientRequest(method: .put, url: .example("a"), body: body), options) == 2)
        }
    }

    @Test func streamsAreNotShared() throws {
        let transport = MockTransport(MockAnswer.status(200, body: "answer").after(.seconds(1)))
        try simulate(.sharing(), transport: transport) { client, simulation in
            let calls = (0..<2).map { _ in
                simulation.start { try await client.stream(ClientRequest(url: .example("a"))) }
            }
            for call in calls { _ = try await call.value }
        }
        #expect(transport.requestCount == 2)
    }

    @Test func beyondTheBoundCallsFlyAlone() throws {
        let transport = MockTransport(MockAnswer.ok.after(.seconds(1)))
        let configuration = Configuration.sharing { $0.deduplication?.maxFlights = 1 }
        let (responses, statistics) = try simulate(configuration, transport: transport) { client, simulation in
            let requests = ["a", "b", "b", "a"].map { ClientRequest(url: .example($0)) }
            let calls = try await simulation.start(client, requests)
            return (try await calls.responses, client.deduplicationStatistics())
        }
        #expect(responses.map(\.source) == [.network, .network, .network, .coalesced])
        #expect(statistics?.alone == 2 && statistics?.flights == 1 && statistics?.coalesced == 1)
    }

    // MARK: - What a flight brings

    @Test func anErrorIsSharedAndDescribesEachCall() throws {
        let transport = MockTransport(.connectionLost().after(.seconds(1)), .connectFailed)
        let configuration = Configuration.sharing {
            $0.retry = RetryConfiguration(maxAttempts: 2, backoff: .constant(.seconds(1), jitter: .none))
        }
        let errors = try simulate(configuration, transport: transport) { client, simulation in
            try await simulation.start(client, 3).errors
        }
        #expect(errors.map(\.code) == [.connectFailed, .connectFailed, .connectFailed])
        #expect(Set(errors.map(\.requestID)).count == 3)
        #expect(errors.map(\.attempts.count) == [2, 0, 0])
        // The last attempt was never sent, but the first may have been carried out.
        #expect(errors.map(\.reachedServer) == [.maybe, .maybe, .maybe])
        #expect(errors[1].explanation.description.contains("shares the flight of request"))
    }

    @Test func aStatusThatIsAnErrorReachedTheServerForAll() throws {
        let transport = MockTransport(MockAnswer.status(404).after(.seconds(1)))
        let errors = try simulate(.sharing(), transport: transport) { client, simulation in
            let calls = (0..<2).map { _ in simulation.start { try await client.get("https://example.com/a") } }
            return await calls.errors
        }
        #expect(errors.map(\.status) == [404, 404])
        #expect(errors.map(\.reachedServer) == [.yes, .yes])
    }

    @Test func aStageThatThrowsACancellationCancelsNobody() throws {
        let transport = MockTransport()
        let errors = try simulate(
            .sharing(),
            transport: transport,
            change: { $0.stages = [CustomStage(.init(rawValue: "quitter"), Quitter(), at: .after(.deduplication))] }
        ) { client, simulation in
            try await simulation.start(client, 2).errors
        }
        #expect(errors.map(\.code) == [.connectionLost, .connectionLost])
    }

    @Test func aStreamOfAStageFurtherInIsReadForAll() throws {
        let responses = try simulate(
            .sharing(),
            change: { $0.stages = [CustomStage(.init(rawValue: "streamer"), Streamer(), at: .after(.deduplication))] }
        ) { client, simulation in
            try await simulation.start(client, 2).responses
        }
        #expect(responses.map(\.text) == ["onetwo", "onetwo"])
    }

    @Test func aFlightRunsWithTheFirstCallersTaskLocals() throws {
        let transport = MockTransport(MockAnswer.ok.after(.seconds(1)))
        let seen = try simulate(
            .sharing(),
            transport: transport,
            change: { $0.stages = [CustomStage(.init(rawValue: "namer"), Namer(), at: .after(.deduplication))] }
        ) { client, simulation in
            var calls: [Simulation.Call] = []
            for name in ["first", "second"] {
                calls.append(
                    Namer.$name.withValue(name) {
                        simulation.start { try await client.send(ClientRequest(url: .example("a"))) }
                    }
                )
                try await simulation.sleep(for: .microseconds(1))
            }
            return try await calls.responses.map { $0.headers[Namer.field] }
        }
        #expect(seen == ["first", "first"])
    }

    @Test func eachGetsTheURLThatItAskedFor() throws {
        let transport = MockTransport(MockAnswer.ok.after(.seconds(1)))
        let urls = ["https://example.com/a#one", "https://example.com/a#two", "https://example.com/a"]
        let answered = try simulate(.sharing(), transport: transport) { client, simulation in
            let requests = urls.compactMap { URL(string: $0) }.map { ClientRequest(url: $0) }
            return try await simulation.start(client, requests).responses.compactMap(\.url?.absoluteString)
        }
        #expect(transport.requestCount == 1)
        #expect(answered == urls)
    }

    @Test func statisticsAreData() throws {
        var statistics = DeduplicationStatistics()
        statistics.coalesced = 3
        let data = try JSONEncoder().encode(statistics)
        #expect(try JSONDecoder().decode(DeduplicationStatistics.self, from: data) == statistics)
        let client = try ResilientClient(MockTransport())
        #expect(client.deduplicationStatistics() == nil)
    }

    // MARK: - Support

    /// How many of two requests, a moment apart, reach the transport.
    private func sent(
        _ request: ClientRequest,
        _ options: RequestOptions = RequestOptions(),
        in configuration: Configuration = .sharing()
    ) throws -> Int {
        try sent([request, request], options, in: configuration)
    }

    private func sent(
        _ requests: [ClientRequest],
        _ options: RequestOptions = RequestOptions(),
        in configuration: Configuration = .sharing()
    ) throws -> Int {
        let transport = MockTransport(MockAnswer.ok.after(.seconds(1)))
        try simulate(configuration, transport: transport) { client, simulation in
            _ = try await simulation.start(client, requests, options).responses
        }
        return transport.requestCount
    }

    private struct BytesOnce: AsyncSequence, Sendable {
        func makeAsyncIterator() -> Iterator { Iterator() }

        struct Iterator: AsyncIteratorProtocol {
            var isDone = false

            mutating func next() async throws -> Data? {
                defer { isDone = true }
                return isDone ? nil : Data("body".utf8)
            }
        }
    }

    private struct Quitter: Middleware {
        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            try await context.sleep(for: .seconds(1))
            throw CancellationError()
        }
    }

    private struct Streamer: Middleware {
        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            try await context.sleep(for: .seconds(1))
            let (chunks, feed) = AsyncThrowingStream<Data, any Error>.makeStream()
            for chunk in ["one", "two"] { feed.yield(Data(chunk.utf8)) }
            feed.finish()
            return ClientResponse(status: 200, body: .stream(chunks))
        }
    }

    private struct Namer: Middleware {
        @TaskLocal static var name = "nobody"
        static let field = HeaderFields.Name(constant: "X-Name")

        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            var response = try await next(request, context: context)
            response.headers[Self.field] = Self.name
            return response
        }
    }
}
