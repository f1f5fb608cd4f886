import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

/// What a streaming call is up to its head, and what it is from there on.
@Suite struct StreamCallTests {
    @Test(arguments: [false, true])
    func theHeadReturnsBeforeTheBody(isDeaf: Bool) throws {
        let transport = MockTransport(.chunks("a", "b", "c"), isDeaf: isDeaf)
        try simulateStreams(transport: transport) { client, simulation in
            let then = simulation.clock.now
            let stream = try await client.stream(.example)
            #expect(simulation.clock.now == then)
            #expect(stream.status == 200)
            #expect(stream.url == .example("a"))
            #expect(stream.requestID == transport.requests.first?.requestID)
            #expect(client.callsInFlight == 1)
            var times: [Duration] = []
            for try await chunk in stream {
                #expect(chunk == Data(text: ["a", "b", "c"][times.count]))
                times.append(simulation.clock.now - then)
            }
            #expect(times == [.seconds(1), .seconds(2), .seconds(3)])
            #expect(client.callsInFlight == 0)
            #expect(stream.response.timings.total == .seconds(4))
        }
    }

    @Test func itIsTriedAgainBeforeTheHeadOnly() throws {
        let transport = MockTransport(.connectFailed, .status(503), .chunks("a", "b"))
        try simulateStreams(transport: transport) { client, _ in
            let stream = try await client.stream(.example)
            #expect(stream.response.attempts.map(\.status) == [nil, 503, 200])
            #expect(await stream.reading().text == "ab")
        }
        #expect(transport.requestCount == 3)
    }

    @Test(arguments: [false, true])
    func aCutAfterTheHeadIsAnErrorAndNotTriedAgain(isDeaf: Bool) throws {
        let transport = MockTransport([.status(503), .chunks("a", "b", endingWith: MockAnswer.cut)], isDeaf: isDeaf)
        try simulateStreams(transport: transport) { client, _ in
            let stream = try await client.stream(.example, options: .init(endpoint: "list"))
            let reading = await stream.reading()
            #expect(reading.chunks == ["a", "b"])
            let error = try #require(reading.error as? ResilientError)
            #expect(error.code == .connectionLost)
            #expect(error.requestID == stream.requestID)
            #expect(error.endpoint == "list")
            #expect(error.attempts.map(\.status) == [503, 200])
            #expect(error.reachedServer == .yes)
            // Each time again.
            #expect(await stream.reading().code == .connectionLost)
        }
        #expect(transport.requestCount == 2)
    }

    @Test func collectingIsBounded() throws {
        try simulateStreams(transport: MockTransport(.chunks("abc", "def"))) { client, _ in
            let whole = try await client.stream(.example).collect(limit: 6)
            #expect(whole == Data(text: "abcdef"))
            let stream = try await client.stream(.example)
            let error = await resilientError { try await stream.collect(limit: 5) }
            #expect(error?.code == .responseTooLarge)
            #expect(error?.requestID == stream.requestID)
        }
    }

    @Test(arguments: [false, true])
    func theResponseLimitEndsTheStreamWhereItIsPassed(isDeaf: Bool) throws {
        let transport = MockTransport(.chunks("abc", "def", "ghi"), isDeaf: isDeaf)
        try simulateStreams(transport: transport) { client, _ in
            let stream = try await client.stream(.example, options: .init(responseLimit: 6))
            let reading = await stream.reading()
            #expect(reading.text == "abcdef")
            #expect(reading.code == .responseTooLarge)
            #expect((reading.error as? ResilientError)?.requestID == stream.requestID)
        }
    }

    @Test func aBodyInMemoryIsOneChunkAndBoundedToo() throws {
        let transport = MockTransport(.status(200, body: "whole"), .status(200), .status(200, body: "large"))
        try simulateStreams(transport: transport) { client, _ in
            let stream = try await client.stream(.example)
            #expect(client.callsInFlight == 0)
            #expect(await stream.reading().chunks == ["whole"])
            #expect(try await client.stream(.example).reading().chunks == [])
            let error = await resilientError { try await client.stream(.example, options: .init(responseLimit: 4)) }
            #expect(error?.code == .responseTooLarge)
        }
    }

    @Test func theVerbThrowsAStatusAndFreesTheCall() throws {
        let transport = MockTransport(.chunks("a"))
        transport.on(.path("/missing"), .status(404, body: "not here"))
        transport.on(.path("/large")) { recorded in
            let chunks = DeafChunks(runtime: .system, count: 20, chunk: Data(count: 10_000), interval: .zero)
            return .response(ClientResponse(status: 404, body: .stream(chunks)))
        }
        try simulateStreams(transport: transport) { (client, _) async throws in
            #expect(try await client.stream(.get, "https://example.com/a").reading().text == "a")
            let error = await resilientError { try await client.stream(.get, "https://example.com/missing") }
            #expect(error?.code == .status)
            #expect(error?.status == 404)
            #expect(error?.bodyPrefix == Data(text: "not here"))
            #expect(client.callsInFlight == 0)
            #expect(await resilientError { try await client.stream(.get, "https://example.com/large") }?.status == 404)
            #expect(client.callsInFlight == 0)
        }
    }

    @Test func redirectsAreFollowedBeforeTheHead() throws {
        let transport = MockTransport(.chunks("arrived"))
        transport.on(.path("/a"), .status(302, headers: [.location: "/b"], body: "moved"))
        try simulateStreams(transport: transport) { client, _ in
            let stream = try await client.stream(.example)
            #expect(stream.url == .example("b"))
            #expect(await stream.reading().text == "arrived")
        }
    }

    @Test(arguments: [false, true])
    func aClientWithoutStagesStreamsToo(isDeaf: Bool) throws {
        let transport = MockTransport([.chunks("a", "b", endingWith: MockAnswer.cut)], isDeaf: isDeaf)
        try simulateStreams(.passthrough, transport: transport) { client, _ in
            let reading = try await client.stream(.example).reading()
            #expect(reading.text == "ab")
            #expect(reading.code == .connectionLost)
            #expect((reading.error as? ResilientError)?.attempts.map(\.status) == [200])
        }
    }

    @Test func aChannelOfATransportIsBoundedInAWholeAnswerToo() throws {
        for isCancelled in [false, true] {
            let transport = RecordingTransport { _ in ClientResponse(status: 200, body: .channel(BodyChannel())) }
            try simulate(change: { $0.transport = transport }) { client, simulation in
                let call = simulation.start {
                    try await client.get(
                        "https://example.com/",
                        options: .init(attemptTimeout: .seconds(5), maxAttempts: 1)
                    )
                }
                try await simulation.sleep(for: .seconds(1))
                if isCancelled { call.cancel() }
                let result = await call.result
                switch result {
                case .success: Issue.record("an answer from nowhere")
                case .failure(let error as ResilientError): #expect(!isCancelled && error.code == .attemptTimeout)
                case .failure(let error): #expect(isCancelled && error is CancellationError)
                }
            }
        }
    }

    @Test func aSourceIsReadNoFurtherAheadThanTheBuffer() throws {
        let given = Atomic(0)
        let transport = TransportOf { _, _, _ in
            let chunks = AsyncThrowingStream<Data, any Error> {
                given.add(1, ordering: .relaxed)
                return Data(count: 1000)
            }
            return ClientResponse(status: 200, body: .stream(chunks))
        }
        try simulateStreams(transport: transport) { client, simulation in
            let stream = try await client.stream(.example, options: .init(streamBuffer: 10_000))
            try await simulation.sleep(for: .seconds(1))
            #expect(given.load(ordering: .relaxed) == 10)
            var iterator = stream.makeAsyncIterator()
            for taken in 1...50 {
                _ = try await iterator.next()
                try await simulation.sleep(for: .seconds(1))
                // Filled up again when half of it has gone.
                #expect(given.load(ordering: .relaxed) == 10 + taken / 5 * 5)
            }
        }
    }

    @Test(arguments: [false, true])
    func aSourceThatEndsBecauseItsReaderIsCancelledIsNotComplete(isDeaf: Bool) throws {
        let transport = TransportOf(isDeaf: isDeaf) { _, _, _ in
            let (chunks, feed) = AsyncThrowingStream<Data, any Error>.makeStream()
            feed.yield(Data(text: "part"))
            return ClientResponse(status: 200, body: .stream(chunks))
        }
        try simulateStreams(transport: transport) { client, simulation in
            let whole = simulation.start { try await client.send(.example) }
            let reader = simulation.start { try await client.stream(.example).reading() }
            try await simulation.sleep(for: .seconds(1))
            whole.cancel()
            reader.cancel()
            await #expect(throws: CancellationError.self) { try await whole.value }
            let reading = try await reader.value
            #expect(reading.text == "part" && reading.isCancelled)
        }
    }

    @Test func aClosedClientStreamsNothing() throws {
        let transport = MockTransport(.chunks("a"))
        try simulateStreams(transport: transport) { client, _ in
            await client.shutdown()
            #expect(await resilientError { try await client.stream(.example) }?.code == .clientClosed)
        }
        #expect(transport.requestCount == 0)
    }
}
