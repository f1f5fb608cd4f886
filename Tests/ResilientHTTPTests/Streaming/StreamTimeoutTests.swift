import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

/// Which timeouts bound a body that is read as it arrives.
@Suite struct StreamTimeoutTests {
    private func configuration(_ change: (inout Timeouts) -> Void) -> Configuration {
        Configuration().with { change(&$0.timeouts) }
    }

    @Test(arguments: [false, true])
    func theAttemptTimeoutEndsWithTheHead(isDeaf: Bool) throws {
        let transport = MockTransport(.chunks("a", "b", every: .seconds(20)), isDeaf: isDeaf)
        try simulateStreams(configuration { $0.attempt = .seconds(10) }, transport: transport) {
            (client, _) async throws in
            #expect(try await client.stream(.example).reading().text == "ab")
        }
        let late = MockTransport([.chunks("a").after(.seconds(11))], isDeaf: isDeaf)
        try simulateStreams(configuration { $0.attempt = .seconds(10) }, transport: late) { client, _ in
            let error = await resilientError { try await client.stream(.example, options: .init(maxAttempts: 1)) }
            #expect(error?.code == .attemptTimeout)
        }
    }

    @Test(arguments: [false, true])
    func aStalledBodyEndsAfterTheIdleTimeout(isDeaf: Bool) throws {
        let transport = MockTransport(.chunks("a", "b", every: .seconds(8)), isDeaf: isDeaf)
        try simulateStreams(configuration { $0.streamIdle = .seconds(7) }, transport: transport) { client, simulation in
            let then = simulation.clock.now
            let reading = try await client.stream(.example).reading()
            #expect(reading.chunks.isEmpty)
            #expect(reading.code == .attemptTimeout)
            #expect((reading.error as? ResilientError)?.reachedServer == .yes)
            #expect(simulation.clock.now - then == .seconds(7))
        }
        // The same by the call's options.
        try simulateStreams(transport: MockTransport(.hang, .chunks("a", every: .seconds(8)))) {
            (client, _) async throws in
            let options = RequestOptions(attemptTimeout: .seconds(1), idleTimeout: .seconds(7))
            #expect(try await client.stream(.example, options: options).reading().code == .attemptTimeout)
        }
    }

    @Test(arguments: [false, true])
    func aSlowReaderIsNoIdleServer(isDeaf: Bool) throws {
        let transport = MockTransport(.chunks("a", "b", "c", every: .seconds(5)), isDeaf: isDeaf)
        try simulateStreams(configuration { $0.streamIdle = .seconds(6) }, transport: transport) { client, simulation in
            let reading = try await client.stream(.example).reading {
                try await simulation.sleep(for: .seconds(100))
            }
            #expect(reading.error == nil)
            #expect(reading.text == "abc")
        }
    }

    @Test(arguments: [false, true], [false, true])
    func theTotalTimeoutEndsABodyWhetherItIsReadOrNot(isDeaf: Bool, isRead: Bool) throws {
        let transport = MockTransport([.status(503), .chunks("a", "b", "c", every: .seconds(4))], isDeaf: isDeaf)
        let configuration = configuration { $0.total = .seconds(11) }.with {
            $0.retry?.backoff = .constant(.seconds(2), jitter: .none)
        }
        try simulateStreams(configuration, transport: transport) { client, simulation in
            let then = simulation.clock.now
            let stream = try await client.stream(.example)
            if !isRead {
                try await simulation.sleep(for: .seconds(20))
                // Nobody has looked at it, and it holds nothing any more.
                #expect(client.callsInFlight == 0)
            }
            let reading = await stream.reading()
            #expect(reading.code == .deadlineExceeded)
            #expect((reading.error as? ResilientError)?.attempts.map(\.status) == [503, 200])
            if isRead {
                #expect(reading.text == "ab")
                #expect(simulation.clock.now - then == .seconds(11))
            }
        }
    }

    @Test func theTotalTimeoutOfTheOptionsCountsWithoutAStageForIt() throws {
        for configuration in [Configuration.recommended, .passthrough] {
            let transport = MockTransport(.chunks("a", "b", every: .seconds(4)))
            try simulateStreams(configuration, transport: transport) { client, simulation in
                let then = simulation.clock.now
                let reading = try await client.stream(.example, options: .init(totalTimeout: .seconds(6))).reading()
                #expect(reading.text == "a")
                #expect(reading.code == .deadlineExceeded)
                #expect(simulation.clock.now - then == .seconds(6))
            }
        }
    }

    @Test func aBodyThatEndsInTimeLeavesNoTimer() throws {
        let configuration = configuration { ($0.streamIdle, $0.total) = (.seconds(50), .seconds(100)) }
        try simulateStreams(configuration, transport: MockTransport(.chunks("a", "b"))) {
            (client, simulation) async throws in
            #expect(try await client.stream(.example).reading().text == "ab")
            #expect(simulation.runtime.liveTimers == 0)
            #expect(simulation.clock.pendingTimers == 0)
        }
    }
}
