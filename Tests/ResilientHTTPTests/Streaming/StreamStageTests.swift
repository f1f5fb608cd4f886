import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Streams that custom stages change, or answer with.
@Suite struct StreamStageTests {
    /// Chunks in capitals.
    private struct Capitals: AsyncSequence, Sendable {
        typealias Failure = any Error
        let body: ResponseBody

        struct AsyncIterator: AsyncIteratorProtocol {
            var base: ResponseBody.Iterator

            mutating func next() async throws -> Data? {
                try await base.next().map { Data(text: String(decoding: $0, as: UTF8.self).uppercased()) }
            }

            mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Data? {
                try await next()
            }
        }

        func makeAsyncIterator() -> AsyncIterator {
            AsyncIterator(base: body.makeAsyncIterator())
        }
    }

    private static let capitals = StageOf.stage(.innermost) { request, context, next in
        var response = try await next(request, context: context)
        response.body = .stream(Capitals(body: response.body))
        return response
    }

    /// Answers by itself with chunks a second apart, deaf to everything.
    private static func own(
        count: Int = .max,
        status: ClientResponse.Status = 200,
        at position: StagePosition = .outermost
    )
        -> CustomStage
    {
        StageOf.stage(position) { _, context, _ in
            ClientResponse(status: status, body: .stream(DeafChunks(runtime: context.runtime, count: count)))
        }
    }

    private enum End: CaseIterable {
        case complete, cut, cancelled, dropped, shutdown
    }

    @Test(arguments: End.allCases)
    private func aBodyThatIsMappedPassesItsEndOn(end: End) throws {
        let (outer, inner) = (EndWatch(), EndWatch())
        let transport = MockTransport(.chunks("a", "b", "c", endingWith: end == .cut ? MockAnswer.cut : nil))
        let stages = [
            outer.stage(),
            Self.capitals,
            CustomStage(.init(rawValue: "inner"), inner, at: .innermost),
        ]
        try simulateStreams(transport: transport, stages: stages) { client, simulation in
            let reader = simulation.start {
                let stream = try await client.stream(.example)
                guard end == .dropped else { return await stream.reading() }
                var iterator = stream.makeAsyncIterator()
                _ = try await iterator.next()
                return Reading()
            }
            try await simulation.sleep(for: .milliseconds(1500))
            if end == .cancelled { reader.cancel() }
            if end == .shutdown { await client.shutdown(grace: .zero) }
            let reading = try await reader.value
            switch end {
            case .complete: #expect(reading.text == "ABC" && reading.error == nil)
            case .cut: #expect(reading.text == "ABC" && reading.code == .connectionLost)
            case .cancelled: #expect(reading.text == "A" && reading.isCancelled)
            case .shutdown: #expect(reading.text == "A" && reading.code == .clientClosed)
            case .dropped: break
            }
            #expect(client.callsInFlight == 0)
        }
        #expect(outer.outcomes.count == 1)
        #expect(inner.outcomes.count == 1)
        switch end {
        case .complete: #expect(inner.outcomes == ["complete"])
        case .cut: #expect(inner.outcomes == ["failed connection_lost"])
        // The stage's own sequence is given up by cancelling who reads it.
        case .cancelled, .dropped: #expect(inner.outcomes == ["cancelled"])
        case .shutdown: #expect(inner.outcomes == ["failed client_closed"] || inner.outcomes == ["cancelled"])
        }
    }

    @Test(arguments: [StagePosition.outermost, .after(.redirects), .after(.retry)])
    func aStreamOfItsOwnIsBoundedByTheTotalTimeout(position: StagePosition) throws {
        for isWhole in [false, true] {
            let configuration = Configuration().with { $0.timeouts.total = .milliseconds(3500) }
            try simulateStreams(configuration, stages: [Self.own(at: position)]) { client, simulation in
                let then = simulation.clock.now
                if isWhole {
                    let error = await resilientError { try await client.send(.example) }
                    #expect(error?.code == .deadlineExceeded)
                    #expect(error?.requestID != nil)
                } else {
                    let reading = try await client.stream(.example).reading()
                    #expect(reading.text == "xxx")
                    #expect(reading.code == .deadlineExceeded)
                }
                #expect(simulation.clock.now - then == .milliseconds(3500))
            }
        }
    }

    @Test(arguments: [false, true], [false, true])
    func aStreamOfItsOwnEndsWithCancellationAndShutdown(isWhole: Bool, isShutdown: Bool) throws {
        try simulateStreams(stages: [Self.own()]) { client, simulation in
            let reader = simulation.start {
                guard isWhole else { return try await client.stream(.example).reading() }
                do {
                    _ = try await client.send(.example)
                    return Reading()
                } catch {
                    return Reading(error: error)
                }
            }
            try await simulation.sleep(for: .milliseconds(2500))
            let then = simulation.clock.now
            if isShutdown { await client.shutdown(grace: .zero) } else { reader.cancel() }
            let reading = try await reader.value
            #expect(isShutdown ? reading.code == .clientClosed : reading.isCancelled)
            #expect(reading.text == (isWhole ? "" : "xx"))
            #expect(simulation.clock.now == then)
            #expect(client.callsInFlight == 0)
        }
    }

    @Test func aStreamOfItsOwnIsBoundedByIdlenessAndLimit() throws {
        let configuration = Configuration().with { $0.timeouts.streamIdle = .milliseconds(500) }
        try simulateStreams(configuration, stages: [Self.own(count: 3)]) { client, _ in
            #expect(try await client.stream(.example).reading().code == .attemptTimeout)
            let patient = try await client.stream(.example, options: .init(idleTimeout: .seconds(2))).reading()
            #expect(patient.text == "xxx" && patient.error == nil)
            let options = RequestOptions(idleTimeout: .seconds(2), responseLimit: 2)
            let limited = try await client.stream(.example, options: options).reading()
            #expect(limited.text == "xx" && limited.code == .responseTooLarge)
            #expect(
                await resilientError { try await client.send(.example, options: options) }?.code == .responseTooLarge
            )
        }
    }

    @Test func aStreamOfItsOwnIsCollectedWhereAWholeAnswerIsWanted() throws {
        try simulateStreams(stages: [Self.own(count: 3)]) { client, _ in
            let response = try await client.send(.example)
            #expect(response.text == "xxx")
            #expect(!response.body.isStream)
            #expect(response.timings.total == .seconds(3))
            #expect(try await client.get("https://example.com/").text == "xxx")
            #expect(try await client.upload(for: URLRequest(url: .example()), from: Data()).0 == Data(text: "xxx"))
        }
    }

    @Test func theHeadOfItsOwnErrorReturnsAtOnce() throws {
        try simulateStreams(stages: [Self.own(status: 500)]) { client, simulation in
            let then = simulation.clock.now
            let stream = try await client.stream(.example)
            #expect(stream.status == 500)
            #expect(simulation.clock.now == then)
        }
    }

    @Test func aReaderReadsOnItsOwnActorAndNothingElseRunsThere() async throws {
        let runtime = ClientRuntime()
        let seen = Mutex<[Bool]>([])
        let look = StageOf.stage { request, context, next in
            seen.withLock { $0.append(Thread.isMainThread) }
            let response = try await next(request, context: context)
            seen.withLock { $0.append(Thread.isMainThread) }
            return response
        }
        var dependencies = Dependencies(
            transport: MockTransport(.chunks("a", "b", every: .milliseconds(1))),
            runtime: runtime
        )
        dependencies.stages = [look]
        let client = try ResilientClient(dependencies: dependencies)
        try await readOnMainActor(client)
        #expect(seen.withLock { $0 } == [false, false])
        await client.shutdown()
        #expect(client.callsInFlight == 0)
    }

    @MainActor
    private func readOnMainActor(_ client: ResilientClient) async throws {
        let stream = try await client.stream(.example)
        var count = 0
        for try await _ in stream {
            MainActor.assertIsolated()
            count += 1
        }
        MainActor.assertIsolated()
        #expect(count == 2)
    }
}
