import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

/// The bodies of answers that are no success: short ones belong to the attempt, long ones to the reader.
@Suite struct StreamErrorBodyTests {
    /// Answers with a status and so many chunks of 10,000 bytes first, and with "fine" from then on.
    private func transport(
        _ status: ClientResponse.Status,
        chunks: Int,
        every interval: Duration = .zero,
        isDeaf: Bool = false
    ) -> TransportOf {
        TransportOf(isDeaf: isDeaf) { _, context, number in
            guard number == 1 else {
                let chunks = DeafChunks(runtime: context.runtime, count: 1, chunk: Data(text: "fine"), interval: .zero)
                return ClientResponse(status: 200, body: .stream(chunks))
            }
            let body = DeafChunks(
                runtime: context.runtime,
                count: chunks,
                chunk: Data(count: 10_000),
                interval: interval
            )
            return ClientResponse(status: status, headers: [.location: "/b"], body: .stream(body))
        }
    }

    private let quickRetry = Configuration().with { $0.retry?.backoff = .constant(.seconds(30), jitter: .none) }

    @Test(arguments: [false, true])
    func aShortOneIsReadBeforeTheAnswerReturns(isDeaf: Bool) throws {
        let transport = transport(404, chunks: 6, every: .seconds(1), isDeaf: isDeaf)
        try simulateStreams(transport: transport) { client, _ in
            let stream = try await client.stream(.example)
            #expect(stream.status == 404)
            #expect(stream.response.data.count == 60_000)
            #expect(client.callsInFlight == 0)
            #expect(await stream.reading().text.utf8.count == 60_000)
        }
    }

    @Test(arguments: [false, true])
    func aLongOneIsWholeToTheReader(isDeaf: Bool) throws {
        for buffer in [nil, 1, 20_000] {
            let transport = transport(404, chunks: 20, every: .milliseconds(1), isDeaf: isDeaf)
            try simulateStreams(transport: transport) { client, _ in
                let stream = try await client.stream(.example, options: .init(streamBuffer: buffer))
                #expect(stream.status == 404)
                #expect(stream.response.body.isStream)
                #expect(try await stream.collect().count == 200_000)
            }
        }
    }

    @Test(arguments: [false, true])
    func anEndlessOneIsBoundedByTheAttemptTimeout(isDeaf: Bool) throws {
        let transport = transport(503, chunks: .max, every: .seconds(9), isDeaf: isDeaf)
        try simulateStreams(transport: transport) { client, simulation in
            let then = simulation.clock.now
            let error = await resilientError {
                try await client.stream(.example, options: .init(attemptTimeout: .seconds(20), maxAttempts: 1))
            }
            #expect(error?.code == .attemptTimeout)
            // Who is deaf has not told of the head either.
            #expect(error?.reachedServer == (isDeaf ? .maybe : .yes))
            #expect(simulation.clock.now - then == .seconds(20))
        }
    }

    @Test(arguments: [1, 40])
    func oneThatIsTriedAgainIsLetGoOfBeforeTheWait(chunks: Int) throws {
        let watch = EndWatch()
        let transport = transport(503, chunks: chunks)
        try simulateStreams(quickRetry, transport: transport, stages: [watch.stage(.innermost)]) { client, simulation in
            let opening = simulation.start { try await client.stream(.example) }
            try await simulation.sleep(for: .seconds(10))
            // In the backoff.
            #expect(watch.outcomes == [chunks == 1 ? "complete" : "dropped"])
            #expect(transport.requestCount == 1)
            #expect(try await opening.value.reading().text == "fine")
        }
        #expect(transport.requestCount == 2)
    }

    @Test(arguments: [1, 40])
    func oneThatIsRedirectedIsLetGoOfBeforeTheNextHop(chunks: Int) throws {
        let watch = EndWatch()
        let transport = transport(302, chunks: chunks)
        let hop = StageOf.stage(.after(.redirects)) { request, context, next in
            if request.url == .example("b") { #expect(watch.outcomes.count == 1) }
            return try await next(request, context: context)
        }
        try simulateStreams(transport: transport, stages: [watch.stage(.innermost), hop]) { (client, _) async throws in
            #expect(try await client.stream(.example).reading().text == "fine")
        }
        #expect(watch.outcomes == [chunks == 1 ? "complete" : "dropped", "complete"])
    }

    @Test func aQuotaThatIsUsedUpIsSeenInTheBody() throws {
        let body = #"{"error":{"code":"insufficient_quota"}}"#
        let transport = TransportOf { _, context, _ in
            let half = body.utf8.count / 2
            let (stream, feed) = AsyncThrowingStream<Data, any Error>.makeStream()
            feed.yield(Data(body.utf8.prefix(half)))
            feed.yield(Data(body.utf8.dropFirst(half)))
            feed.finish()
            return ClientResponse(status: 429, body: .stream(stream))
        }
        try simulateStreams(transport: transport) { client, _ in
            let error = await resilientError { try await client.stream(.get, "https://example.com/") }
            #expect(error?.status == 429)
            #expect(error?.bodyPrefix == Data(text: body))
            #expect(error?.attempts.count == 1)
        }
        #expect(transport.requestCount == 1)
    }

    @Test func aCutOneIsAnAttemptThatFailed() throws {
        let transport = TransportOf { _, _, number in
            guard number == 1 else { return ClientResponse(status: 404, body: .text("fine")) }
            let channel = BodyChannel()
            channel.write(Data(text: "some"))
            channel.finish(throwing: MockAnswer.cut)
            return ClientResponse(status: 404, body: .channel(channel))
        }
        try simulateStreams(transport: transport) { client, _ in
            let stream = try await client.stream(.example)
            #expect(stream.status == 404)
            #expect(await stream.reading().text == "fine")
        }
        #expect(transport.requestCount == 2)
    }

    @Test(arguments: [false, true])
    func cancellationAndShutdownEndTheWaitForIt(isShutdown: Bool) throws {
        for isDeaf in [false, true] {
            let watch = EndWatch()
            let transport = transport(503, chunks: 5, every: .seconds(4), isDeaf: isDeaf)
            try simulateStreams(transport: transport, stages: [watch.stage()]) { client, simulation in
                let opening = simulation.start { try await client.stream(.example) }
                try await simulation.sleep(for: .seconds(6))
                let then = simulation.clock.now
                if isShutdown { await client.shutdown(grace: .zero) } else { opening.cancel() }
                switch await opening.result {
                case .success: Issue.record("an answer")
                case .failure(let error as ResilientError): #expect(isShutdown && error.code == .clientClosed)
                case .failure(let error): #expect(!isShutdown && error is CancellationError)
                }
                #expect(simulation.clock.now == then)
            }
            #expect(transport.requestCount == 1)
        }
    }
}
