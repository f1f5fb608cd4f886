import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

/// The slot of a streamed answer is in use until its body has ended.
@Suite struct AdmissionStreamTests {
    private enum End: CaseIterable {
        case complete, cut, cancelled, dropped, shutdown
    }

    private static let other = ClientRequest(url: .example("other"))

    private func configuration(
        _ admission: AdmissionConfiguration = AdmissionConfiguration(maxConcurrentRequests: 1)
    ) -> Configuration {
        Configuration().with { $0.admission = admission }
    }

    @Test(arguments: End.allCases, [false, true])
    private func aSlotIsGivenBackOnceHoweverTheBodyEnds(end: End, isDeaf: Bool) throws {
        for seed in Simulation.seeds(10) {
            let transport = MockTransport(.ok, isDeaf: isDeaf)
            transport.on(.path("/a"), .chunks("a", "b", "c", endingWith: end == .cut ? MockAnswer.cut : nil))
            try simulateStreams(seed: seed, configuration(), transport: transport) { client, simulation in
                let queue = try #require(client.queue)
                let began = simulation.clock.now
                let reader = simulation.start {
                    let stream = try await client.stream(.example)
                    guard end == .dropped else { return await stream.reading() }
                    var iterator = stream.makeAsyncIterator()
                    _ = try await iterator.next()
                    try await simulation.sleep(for: .seconds(1))
                    return Reading()
                }
                try await simulation.sleep(for: .milliseconds(1500))
                #expect(queue.stats.inFlight == 1)
                let waiting = simulation.start { try await client.send(Self.other) }
                try await simulation.sleep(for: .milliseconds(1))
                #expect(queue.stats.waiting == 1)
                #expect(transport.requestCount == 1)
                if end == .cancelled { reader.cancel() }
                if end == .shutdown { await client.shutdown(grace: .zero) }
                _ = try await reader.value
                if end == .shutdown {
                    #expect(await resilientError { try await waiting.value }?.code == .clientClosed)
                    #expect(transport.requestCount == 1)
                } else {
                    #expect(try await waiting.value.status == 200)
                    let freed: Duration =
                        switch end {
                        case .complete, .cut: .seconds(4)
                        case .cancelled: .milliseconds(1501)
                        case .dropped, .shutdown: .seconds(2)
                        }
                    #expect(transport.requests[1].time - began == freed)
                }
                #expect(queue.stats.inFlight == 0)
                #expect(queue.stats.waiting == 0)
                #expect(client.circuitBreakerStatus()["https://example.com"]?.inFlight == 0)
            }
        }
    }

    @Test func aStreamThatIsInMemoryHoldsNoSlot() throws {
        try simulateStreams(configuration(), transport: MockTransport(.status(200, body: "x"))) { client, _ in
            let stream = try await client.stream(.example)
            #expect(client.queue?.stats.inFlight == 0)
            #expect(await stream.reading().text == "x")
        }
    }

    @Test func anAnswerThatIsRetriedHoldsNoSlotDuringTheBackoffHoweverLongItsBody() throws {
        // Longer than what is read of an answer that is no success.
        let transport = TransportOf { _, context, number in
            guard number == 1 else { return ClientResponse(status: 200) }
            let chunks = DeafChunks(runtime: context.runtime, chunk: Data(count: 10_000), interval: .zero)
            return ClientResponse(status: 503, body: .stream(chunks))
        }
        let configuration = configuration().with {
            $0.retry = .retries(1, backoff: .constant(.seconds(10), jitter: .none))
        }
        try simulateStreams(configuration, transport: transport) { client, simulation in
            let call = simulation.start { try await client.stream(.example) }
            try await simulation.sleep(for: .seconds(1))
            #expect(transport.requestCount == 1)
            #expect(client.queue?.stats.inFlight == 0)
            #expect(try await call.value.status == 200)
            #expect(client.queue?.stats.inFlight == 0)
        }
    }

    @Test func anAdaptiveLimitLearnsFromTheHeadAndNotFromTheLengthOfTheBody() throws {
        var admission = AdmissionConfiguration(maxConcurrentRequests: 10)
        admission.concurrency = .aimd()
        admission.concurrency.slowAfter = .seconds(2)
        let transport = MockTransport(.chunks("a", "b", every: .seconds(20)).after(.seconds(1)))
        transport.on(.path("/slow"), .chunks("a").after(.seconds(3)))
        try simulateStreams(configuration(admission), transport: transport) { client, _ in
            let queue = try #require(client.queue)
            #expect(try await client.stream(.example).reading().text == "ab")
            #expect(queue.stats.limit == 10)
            let slow = try await client.stream(ClientRequest(url: .example("slow")))
            #expect(queue.stats.limit == 9)
            #expect(queue.stats.inFlight == 1)
            _ = await slow.reading()
            #expect(queue.stats.limit == 9)
            #expect(queue.stats.inFlight == 0)
        }
    }
}
