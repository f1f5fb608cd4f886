import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What a server that stops in the middle of a body costs by default: a minute of a whole body, five of a stream.
@Suite struct IdleTimeoutTests {
    private static let silent = MockAnswer.chunks("a", "b", every: .seconds(100_000))
    private static let once = RequestOptions(maxAttempts: 1)
    private let place = FileManager.default.temporaryDirectory.appending(path: "idle-\(UUID().uuidString)")

    /// How long a call took that must end with the idle timeout.
    private func ends(
        _ configuration: Configuration = .recommended,
        isDeaf: Bool = false,
        _ call: @escaping @Sendable (ResilientClient) async throws -> Void
    ) throws -> Duration {
        let transport = MockTransport([Self.silent], isDeaf: isDeaf)
        return try simulateStreams(configuration, transport: transport) { client, simulation in
            let then = simulation.clock.now
            let error = await resilientError { try await call(client) }
            #expect(error?.code == .attemptTimeout)
            #expect(error?.message.contains("idle timeout") == true)
            return simulation.clock.now - then
        }
    }

    @Test(arguments: [false, true])
    func aDownloadEndsAfterAMinuteOfSilence(isDeaf: Bool) throws {
        let took = try ends(isDeaf: isDeaf) { client in
            _ = try await client.download(.example, to: place, options: Self.once)
        }
        #expect(took == .seconds(60))
    }

    @Test(arguments: [false, true])
    func aStreamEndsAfterFive(isDeaf: Bool) throws {
        let took = try ends(isDeaf: isDeaf) { client in
            for try await _ in try await client.stream(.example, options: Self.once) {}
        }
        #expect(took == .seconds(300))
    }

    @Test func eventsEndAfterFive() throws {
        let chunks = [Data(text: "data: 1\n\n"), Data(text: "data: 2\n\n")]
        let transport = MockTransport(
            .stream(chunks, interval: .seconds(100_000), headers: [.contentType: "text/event-stream"])
        )
        try simulateStreams(transport: transport) { client, simulation in
            let then = simulation.clock.now
            let error = await resilientError {
                for try await _ in try client.events(.example, options: Self.once) {}
            }
            #expect(error?.code == .attemptTimeout)
            #expect(simulation.clock.now - then == .seconds(300))
        }
    }

    /// The transport keeps it, and the mock has no wire.
    @Test func aBodyWithoutAnAttemptTimeoutHasAMinuteBetweenPieces() throws {
        let transport = MockTransport()
        for attempt in [nil, .seconds(61), Timeouts.defaultAttempt] as [Duration?] {
            let configuration = Configuration().with { $0.timeouts.attempt = attempt }
            _ = try simulate(configuration, transport: transport) {
                $0.ownsTransport = false
            } _: { client, _ in
                try await client.send(.example)
            }
        }
        #expect(transport.requests.map(\.wireTimeouts.idle) == [.seconds(60), .seconds(60), nil])
    }

    @Test func anyByteCountsAndTheAttemptTimeoutEndsWithTheHead() throws {
        let transport = MockTransport(.chunks("a", "b", "c", "d", every: .seconds(59)))
        try simulateStreams(transport: transport) { client, _ in
            let (file, response) = try await client.download(.example, to: place, options: Self.once)
            #expect(try Data(contentsOf: file) == Data(text: "abcd"))
            #expect(response.attempts.count == 1)
            try FileManager.default.removeItem(at: file)
        }
        let feed = MockTransport(.chunks("a", "b", every: .seconds(299)))
        try simulateStreams(transport: feed) { (client, _) async throws in
            #expect(try await client.stream(.example).reading().text == "ab")
        }
    }

    @Test func aTimeoutIntervalIsTheIdleTimeoutOfADownload() throws {
        let took = try ends { client in
            var request = URLRequest(url: .example("a"))
            request.timeoutInterval = 7
            _ = try await client.download(for: request, to: place, options: Self.once)
        }
        #expect(took == .seconds(7))
        // Without end: nothing but the call's own limits.
        let late = MockTransport(.chunks("a", every: .seconds(86_400)))
        try simulateStreams(transport: late) { client, _ in
            var request = URLRequest(url: .example("a"))
            request.timeoutInterval = .infinity
            let (file, _) = try await client.download(for: request, to: place, options: Self.once)
            try FileManager.default.removeItem(at: file)
        }
    }

    @Test func bothCanBeChosenAndTurnedOff() throws {
        let chosen = Configuration().with { ($0.timeouts.idle, $0.timeouts.streamIdle) = (.seconds(5), .seconds(9)) }
        #expect(
            try ends(chosen) { client in _ = try await client.download(.example, to: place, options: Self.once) }
                == .seconds(5)
        )
        let took = try ends(chosen) { client in
            for try await _ in try await client.stream(.example, options: Self.once) {}
        }
        #expect(took == .seconds(9))
        let off = try Configuration(settings: ["timeouts.idle": "null", "timeouts.stream_idle": "null"])
        #expect(off.timeouts == Timeouts(idle: nil, streamIdle: nil))
        let late = MockTransport(.chunks("a", every: .seconds(86_400)))
        try simulateStreams(off, transport: late) { (client, _) async throws in
            #expect(try await client.stream(.example).reading().text == "a")
        }
    }
}
