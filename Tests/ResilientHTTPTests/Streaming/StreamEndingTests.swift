import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

/// However a stream ends, everything is given back, and the stages hear of it once.
@Suite struct StreamEndingTests {
    private func run(
        _ answer: MockAnswer,
        isDeaf: Bool = false,
        configuration: Configuration = .recommended,
        seed: UInt64 = 0,
        _ body: @escaping @Sendable (ResilientClient, Simulation) async throws -> Void
    ) throws -> [String] {
        let watch = EndWatch()
        let transport = MockTransport([answer], isDeaf: isDeaf)
        try simulateStreams(
            seed: seed,
            configuration,
            transport: transport,
            stages: [watch.stage(.innermost), CustomStage(.init(rawValue: "outer"), watch, at: .outermost)],
            body
        )
        return watch.outcomes
    }

    @Test(arguments: [false, true])
    func theStagesHearHowItEndedEachOnce(isDeaf: Bool) throws {
        let complete = try run(.chunks("a", "b"), isDeaf: isDeaf) { client, _ in
            _ = try await client.stream(.example).reading()
        }
        #expect(complete == ["complete", "complete"])
        let failed = try run(.chunks("a", endingWith: MockAnswer.cut), isDeaf: isDeaf) { client, _ in
            _ = try await client.stream(.example).reading()
        }
        #expect(failed == ["failed connection_lost", "failed connection_lost"])
        let timeout = Configuration().with { $0.timeouts.streamIdle = .milliseconds(10) }
        let idle = try run(.chunks("a"), isDeaf: isDeaf, configuration: timeout) { client, _ in
            _ = try await client.stream(.example).reading()
        }
        #expect(idle == ["failed attempt_timeout", "failed attempt_timeout"])
        // In memory already.
        let whole = try run(.status(200, body: "x"), isDeaf: isDeaf) { client, _ in
            _ = try await client.stream(.example)
        }
        #expect(whole == ["complete", "complete"])
    }

    @Test(arguments: [false, true], [Duration.zero, .milliseconds(500), .milliseconds(1500), .milliseconds(2000)])
    func cancellingTheReaderEndsItAtOnceWhereverItIs(isDeaf: Bool, after: Duration) throws {
        for seed in Simulation.seeds(20) {
            let outcomes = try run(.chunks("a", "b", "c"), isDeaf: isDeaf, seed: seed) { client, simulation in
                let stream = try await client.stream(.example)
                let reader = simulation.start { await stream.reading() }
                try await simulation.sleep(for: after)
                let then = simulation.clock.now
                reader.cancel()
                let reading = try await reader.value
                #expect(reading.isCancelled)
                #expect(simulation.clock.now == then)
                #expect(client.callsInFlight == 0)
            }
            #expect(outcomes == ["cancelled", "cancelled"])
        }
    }

    @Test(arguments: [false, true])
    func cancellingBetweenTwoChunksEndsItWithTheNextRead(isDeaf: Bool) throws {
        let outcomes = try run(.chunks("a", "b", every: .milliseconds(1)), isDeaf: isDeaf) { client, simulation in
            let stream = try await client.stream(.example)
            let reader = simulation.start {
                await stream.reading {
                    let shot = OneShot<Void>()
                    _ = simulation.runtime.schedule(at: simulation.clock.now + .seconds(5)) {
                        shot.resolve(.success(()))
                    }
                    try await shot.value()
                }
            }
            try await simulation.sleep(for: .seconds(1))
            reader.cancel()
            let reading = try await reader.value
            #expect(reading.isCancelled)
            #expect(reading.chunks == ["a"])
        }
        // All of it had come before anybody asked, on a deaf transport's pump too.
        #expect(outcomes == ["complete", "complete"] || outcomes == ["cancelled", "cancelled"])
    }

    @Test(arguments: [false, true])
    func cancellingBeforeTheHeadEndsTheCall(isDeaf: Bool) throws {
        let outcomes = try run(.chunks("a").after(.seconds(5)), isDeaf: isDeaf) { client, simulation in
            let opening = simulation.start { try await client.stream(.example) }
            try await simulation.sleep(for: .seconds(1))
            let then = simulation.clock.now
            opening.cancel()
            await #expect(throws: CancellationError.self) { try await opening.value }
            #expect(simulation.clock.now == then)
        }
        #expect(outcomes.isEmpty)
    }

    @Test(arguments: [false, true], [0, 1, 2])
    func lettingGoOfItFreesEverything(isDeaf: Bool, chunksRead: Int) throws {
        for holdsIterator in [false, true] {
            let outcomes = try run(.chunks("a", "b", "c", "d"), isDeaf: isDeaf) { client, simulation in
                func read() async throws {
                    let stream = try await client.stream(.example)
                    if holdsIterator {
                        var iterator = stream.makeAsyncIterator()
                        for _ in 0..<chunksRead { _ = try await iterator.next() }
                    } else if chunksRead > 0 {
                        var count = 0
                        for try await _ in stream {
                            count += 1
                            if count == chunksRead { break }
                        }
                    }
                }
                let then = simulation.clock.now
                try await read()
                #expect(client.callsInFlight == 0)
                #expect(simulation.clock.now - then == .seconds(chunksRead))
            }
            #expect(outcomes == ["dropped", "dropped"])
        }
    }

    @Test(arguments: [false, true])
    func aShutdownWaitsForStreamsAndThenEndsThem(isDeaf: Bool) throws {
        for grace: Duration in [.seconds(10), .milliseconds(1500), .zero] {
            let outcomes = try run(.chunks("a", "b", "c"), isDeaf: isDeaf) { client, simulation in
                let stream = try await client.stream(.example)
                let reader = simulation.start { await stream.reading() }
                try await simulation.sleep(for: .milliseconds(100))
                let then = simulation.clock.now
                await client.shutdown(grace: grace)
                let reading = try await reader.value
                #expect(client.callsInFlight == 0)
                if grace == .seconds(10) {
                    #expect(reading.text == "abc" && reading.error == nil)
                    #expect(simulation.clock.now - then == .milliseconds(3900))
                } else {
                    #expect(reading.text == (grace == .zero ? "" : "a"))
                    #expect(reading.code == .clientClosed)
                    #expect((reading.error as? ResilientError)?.requestID == stream.requestID)
                    #expect(simulation.clock.now - then == grace)
                }
            }
            let expected = grace == .seconds(10) ? "complete" : "failed client_closed"
            #expect(outcomes == [expected, expected])
        }
    }

    @Test func aShutdownEndsAStreamThatNobodyReads() throws {
        let outcomes = try run(.chunks("a")) { client, simulation in
            let stream = try await client.stream(.example)
            await client.shutdown(grace: .milliseconds(500))
            #expect(client.callsInFlight == 0)
            #expect(await stream.reading().code == .clientClosed)
        }
        #expect(outcomes == ["failed client_closed", "failed client_closed"])
    }

    @Test func cancellingWhoShutsDownIsNoCancellationOfReaders() throws {
        let outcomes = try run(.chunks("a", every: .seconds(100))) { client, simulation in
            let stream = try await client.stream(.example)
            let reader = simulation.start { await stream.reading() }
            let shutdown = simulation.start { await client.shutdown(grace: .seconds(1000)) }
            try await simulation.sleep(for: .seconds(1))
            shutdown.cancel()
            #expect(try await reader.value.code == .clientClosed)
            try await shutdown.value
        }
        #expect(outcomes == ["failed client_closed", "failed client_closed"])
    }

    @Test func aStreamThatIsHeldByNobodyLeavesNothingInMemory() throws {
        struct Held: Sendable {
            weak let client: ResilientClient?
            weak let channel: BodyChannel?
        }
        let simulation = Simulation(seed: 3)
        let held = try simulation.run { simulation in
            let transport = MockTransport(.chunks("a", "b"))
            let client = try ResilientClient(
                Configuration().with { ($0.timeouts.total, $0.timeouts.idle) = (.seconds(60), .seconds(30)) },
                dependencies: simulation.dependencies(transport: transport)
            )
            let stream = try await client.stream(.example)
            var iterator = stream.makeAsyncIterator()
            #expect(try await iterator.next() != nil)
            guard case .channel(let body) = stream.response.body.storage else { throw CancellationError() }
            return Held(client: client, channel: body.channel)
        }
        simulation.settle()
        #expect(held.client == nil)
        #expect(held.channel == nil)
        try simulation.expectNothingLeft()
    }
}
