import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

/// What a streamed answer says about its service, and when.
@Suite struct CircuitBreakerStreamTests {
    /// A store that knows nothing and remembers what it was told.
    private final class HeardOutcomes: CircuitBreakerStore {
        private let heard = Mutex<[CircuitBreaker.Outcome]>([])

        var outcomes: [CircuitBreaker.Outcome] { heard.withLock { $0 } }

        func read(_ key: String) async throws -> SharedCircuit? { nil }

        func apply(_ outcome: CircuitBreaker.Outcome, to key: String) async throws -> SharedCircuit? {
            heard.withLock { $0.append(outcome) }
            return nil
        }
    }

    private static let cut = MockAnswer.chunks("a", endingWith: MockAnswer.cut)

    private func configuration(
        _ breaker: CircuitBreakerConfiguration = CircuitBreakerConfiguration(),
        _ change: (inout Configuration) -> Void = { _ in }
    ) -> Configuration {
        Configuration().with {
            $0.circuitBreaker = breaker
            $0.retry = nil
            change(&$0)
        }
    }

    private func status(_ client: ResilientClient) throws -> CircuitBreakerStatus {
        try #require(client.circuitBreakerStatus()["https://example.com"])
    }

    private func breaker(_ client: ResilientClient) throws -> CircuitBreaker {
        try #require(client.circuitBreakers?.breakers.values.first)
    }

    // MARK: - A closed breaker

    @Test(arguments: [false, true])
    func fiveStreamsInARowThatAreCutOpenIt(isDeaf: Bool) throws {
        let transport = MockTransport(Self.cut, isDeaf: isDeaf)
        try simulateStreams(configuration(), transport: transport) { client, _ in
            for number in 1...5 {
                let stream = try await client.stream(.example)
                #expect(try status(client).inFlight == 1)
                #expect(try status(client).failureCount == number - 1)
                #expect(await stream.reading().code == .connectionLost)
                #expect(try status(client).inFlight == 0)
                #expect(try status(client).failureCount == number)
            }
            #expect(try status(client).state == .open)
            #expect(try status(client).lastFailureType == "connection_lost")
            #expect(await resilientError { try await client.stream(.example) }?.code == .circuitOpen)
        }
        #expect(transport.requestCount == 5)
    }

    @Test func aCompleteStreamStartsTheCountAnewWhenItHasEnded() throws {
        let transport = MockTransport(Self.cut, Self.cut, Self.cut, Self.cut, .chunks("a", "b"), Self.cut)
        try simulateStreams(configuration(), transport: transport) { client, _ in
            for _ in 0..<4 { _ = try await client.stream(.example).reading() }
            let whole = try await client.stream(.example)
            #expect(try status(client).failureCount == 4)
            #expect(await whole.reading().error == nil)
            #expect(try status(client).failureCount == 0)
            for _ in 0..<4 { _ = try await client.stream(.example).reading() }
            #expect(try status(client).state == .closed)
        }
    }

    @Test(arguments: [false, true])
    func streamsThatNobodyReadsToTheirEndMoveNothing(isDeaf: Bool) throws {
        let transport = MockTransport([Self.cut, .chunks("a", "b", "c")], isDeaf: isDeaf)
        let twice = CircuitBreakerConfiguration(failureThreshold: 2)
        try simulateStreams(configuration(twice), transport: transport) { client, simulation in
            _ = try await client.stream(.example).reading()
            for _ in 0..<3 {
                let reader = simulation.start { try await client.stream(.example).reading() }
                try await simulation.sleep(for: .milliseconds(1500))
                #expect(try status(client).inFlight == 1)
                reader.cancel()
                #expect(try await reader.value.isCancelled)
                #expect(try status(client).inFlight == 0)

                func drop() async throws {
                    let stream = try await client.stream(.example)
                    for try await _ in stream { break }
                    #expect(try status(client).inFlight == 1)
                }
                try await drop()
                #expect(try status(client).inFlight == 0)
                #expect(try status(client).failureCount == 1)
                #expect(try status(client).state == .closed)
            }
        }
    }

    @Test func ofTheWaysInWhichAClientEndsAStreamOnlyIdlenessIsTheServicesFault() throws {
        let once = CircuitBreakerConfiguration(failureThreshold: 1)
        func state(
            _ change: (inout Configuration) -> Void,
            options: RequestOptions = RequestOptions(),
            code: ResilientError.Code
        ) throws -> CircuitBreakerStatus {
            let transport = MockTransport(.chunks("a", "b", "c", every: .seconds(2)))
            return try simulateStreams(configuration(once, change), transport: transport) { client, _ in
                #expect(try await client.stream(.example, options: options).reading().code == code)
                #expect(try status(client).inFlight == 0)
                return try status(client)
            }
        }
        let idle = try state({ $0.timeouts.streamIdle = .seconds(1) }, code: .attemptTimeout)
        #expect(idle.state == .open && idle.lastFailureType == "attempt_timeout")
        // The total time is for all that there is to say, so a long stream is no failure.
        let total = try state({ $0.timeouts = Timeouts(total: .seconds(3)) }, code: .deadlineExceeded)
        #expect(total.state == .closed)
        let large = try state({ _ in }, options: RequestOptions(responseLimit: 1), code: .responseTooLarge)
        #expect(large.state == .closed)
    }

    @Test func whatAShutdownEndsIsNeutral() throws {
        let once = CircuitBreakerConfiguration(failureThreshold: 1)
        let transport = MockTransport(.chunks("a", "b"))
        try simulateStreams(configuration(once), transport: transport) { client, simulation in
            let reader = simulation.start { try await client.stream(.example).reading() }
            try await simulation.sleep(for: .milliseconds(1500))
            await client.shutdown(grace: .zero)
            #expect(try await reader.value.code == .clientClosed)
            #expect(try status(client).state == .closed)
            #expect(try status(client).inFlight == 0)
        }
    }

    @Test func aStatusCountsWithTheHead() throws {
        let transport = TransportOf { _, context, _ in
            let chunks = DeafChunks(runtime: context.runtime, chunk: Data(count: 100_000), interval: .zero)
            return ClientResponse(status: 503, body: .stream(chunks))
        }
        try simulateStreams(configuration(), transport: transport) { client, _ in
            let stream = try await client.stream(.example)
            #expect(try status(client).failureCount == 1)
            #expect(try status(client).inFlight == 0)
            withExtendedLifetime(stream) {}
        }
    }

    @Test func howSlowAServiceIsItsHeadSays() throws {
        var breaker = CircuitBreakerConfiguration()
        breaker.window = .count
        breaker.windowSize = 10
        breaker.minimumCalls = 2
        breaker.slowCallDuration = .seconds(5)
        breaker.slowCallRate = 1
        let transport = MockTransport(.chunks("a", "b", every: .seconds(20)))
        transport.on(.path("/slow"), .chunks("a").after(.seconds(6)))
        try simulateStreams(configuration(breaker), transport: transport) { client, _ in
            for _ in 0..<2 { #expect(try await client.stream(.example).reading().text == "ab") }
            #expect(try status(client).slowCallRate == 0)
            for _ in 0..<2 { _ = try await client.stream(ClientRequest(url: .example("slow"))).reading() }
            #expect(try status(client).slowCallRate == 0.5)
        }
    }

    @Test func aBreakerThatOnlyMeasuresCountsAStreamOnce() throws {
        try simulateStreams(configuration(), transport: MockTransport(Self.cut)) { client, _ in
            _ = try await client.stream(.example).reading()
            try breaker(client).metricsOnly()
            for number in 1...3 {
                let stream = try await client.stream(.example)
                #expect(try status(client).inFlight == 1)
                _ = await stream.reading()
                #expect(try status(client).failureCount == number)
                #expect(try status(client).inFlight == 0)
            }
        }
    }

    // MARK: - Probes

    /// A breaker that a 503 has opened and whose open time is over.
    private func probing(
        _ breaker: CircuitBreakerConfiguration,
        _ answers: MockAnswer...,
        body: @escaping @Sendable (ResilientClient, Simulation) async throws -> Void
    ) throws {
        let transport = MockTransport([.status(503)] + answers)
        try simulateStreams(configuration(breaker), transport: transport) { client, simulation in
            for _ in 0..<breaker.failureThreshold { _ = try await client.send(.example) }
            #expect(try status(client).state == .open)
            try await simulation.sleep(for: .seconds(60))
            try await body(client, simulation)
            #expect(try status(client).inFlight == 0)
            #expect(try status(client).probesInFlight == 0)
        }
    }

    @Test func aProbeCountsByItsHead() throws {
        let breaker = CircuitBreakerConfiguration(failureThreshold: 1, successThreshold: 2, halfOpenMaxCalls: 1)
        try probing(breaker, .chunks("a", "b")) { client, _ in
            let first = try await client.stream(.example)
            #expect(try status(client).state == .halfOpen)
            #expect(try status(client).probeSuccesses == 1)
            #expect(try status(client).probesInFlight == 0)
            let second = try await client.stream(.example)
            #expect(try status(client).state == .closed)
            #expect(await first.reading().text == "ab")
            #expect(await second.reading().text == "ab")
            #expect(try status(client).failureCount == 0)
            #expect(try status(client).lateCount == 0)
        }
    }

    @Test func aProbeWhoseBodyIsCutOpensItAgain() throws {
        let breaker = CircuitBreakerConfiguration(failureThreshold: 1, successThreshold: 2)
        try probing(breaker, Self.cut) { client, simulation in
            let probe = try await client.stream(.example)
            #expect(try status(client).state == .halfOpen)
            #expect(await probe.reading().code == .connectionLost)
            #expect(try status(client).state == .open)
            #expect(try status(client).openedCount == 2)
            #expect(try status(client).nextProbeIn == 60)
            #expect(try status(client).lastFailureType == "connection_lost")
            #expect(await resilientError { try await client.stream(.example) }?.code == .circuitOpen)
        }
    }

    @Test func aProbeWhoseBodyIsCutWhenItHasClosedTheBreakerIsAFailureThere() throws {
        let breaker = CircuitBreakerConfiguration(failureThreshold: 2, successThreshold: 2)
        let later = MockAnswer.chunks("a", every: .seconds(5), endingWith: MockAnswer.cut)
        try probing(breaker, .status(503), Self.cut, later) { client, _ in
            let probes = [try await client.stream(.example), try await client.stream(.example)]
            #expect(try status(client).state == .closed)
            _ = await probes[0].reading()
            #expect(try status(client).state == .closed)
            #expect(try status(client).failureCount == 1)
            _ = await probes[1].reading()
            #expect(try status(client).state == .open)
            #expect(try status(client).openedCount == 2)
        }
    }

    @Test func aProbeWhoseBodyIsCutLaterMovesNothing() throws {
        let breaker = CircuitBreakerConfiguration(failureThreshold: 1, successThreshold: 3)
        let long = MockAnswer.chunks("a", every: .seconds(50), endingWith: MockAnswer.cut)
        try probing(breaker, long, .status(503)) { client, simulation in
            let probe = try await client.stream(.example)
            _ = try await client.send(.example)
            #expect(try status(client).state == .open)
            #expect(try status(client).openedCount == 2)
            // Cut after 100 s, when the breaker would let another probe through.
            #expect(await probe.reading().code == .connectionLost)
            #expect(try status(client).nextProbeIn == 0)
            #expect(try status(client).openedCount == 2)
            #expect(try status(client).lateCount == 1)
        }
    }

    @Test func aProbeThatIsLeftAloneMovesNothingMore() throws {
        let breaker = CircuitBreakerConfiguration(failureThreshold: 1, successThreshold: 2)
        try probing(breaker, .chunks("a", "b", "c")) { client, simulation in
            let reader = simulation.start { try await client.stream(.example).reading() }
            try await simulation.sleep(for: .milliseconds(1500))
            reader.cancel()
            #expect(try await reader.value.isCancelled)
            #expect(try status(client).state == .halfOpen)
            #expect(try status(client).probeSuccesses == 1)
        }
    }

    @Test func theStoreHearsOfAProbeThatWasCut() throws {
        let breaker = CircuitBreakerConfiguration(failureThreshold: 1, successThreshold: 2)
        let transport = MockTransport(.status(503), Self.cut)
        let heard = HeardOutcomes()
        try simulate(configuration(breaker), transport: transport) {
            $0.circuitBreakerStore = heard
        } _: { client, simulation in
            _ = try await client.send(.example)
            try await simulation.sleep(for: .seconds(60))
            _ = try await client.stream(.example).reading()
            try await simulation.sleep(for: .seconds(1))
        }
        #expect(heard.outcomes == [.failure(type: "status_503"), .success, .failure(type: "connection_lost")])
    }
}
