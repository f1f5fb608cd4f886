import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct AttemptTimeoutTests {
    static func configuration(attempt: Duration? = .seconds(5), total: Duration? = nil) -> Configuration {
        Configuration().with {
            $0.retry = RetryConfiguration(maxAttempts: 3, backoff: .constant(.seconds(1), jitter: .none))
            $0.timeouts.attempt = attempt
            $0.timeouts.total = total
        }
    }

    @Test(arguments: [false, true])
    func anAttemptThatTakesTooLongIsAFailureAndIsRetriedAtADoubleCost(isDeaf: Bool) throws {
        let transport = MockTransport(.hang, .hang, .ok, isDeaf: isDeaf)
        let response = try simulate(Self.configuration(), transport: transport) { client, _ in
            try await client.get("https://example.com/")
        }
        #expect(response.attempts.map(\.duration) == [.seconds(5), .seconds(5), .zero])
        #expect(response.attempts.prefix(2).allSatisfy { ($0.error as? ResilientError)?.code == .attemptTimeout })
        #expect(response.explanation.decisions.compactMap(\.outcome.left) == [490, 480])
        #expect(response.timings.total == .seconds(12))
    }

    @Test(arguments: [false, true])
    func whenEveryAttemptTimesOutTheErrorSaysSo(isDeaf: Bool) throws {
        let error = try #require(throws: ResilientError.self) {
            try simulate(Self.configuration(), transport: MockTransport(.hang, isDeaf: isDeaf)) { client, _ in
                try await client.get("https://example.com/")
            }
        }
        #expect(error.code == .attemptTimeout)
        #expect(error.reachedServer == .maybe)
        #expect(error.attempts.count == 3)
        #expect(error.message.contains("5.0 s"))
    }

    @Test(arguments: [false, true])
    func theBodyIsPartOfTheAttempt(isDeaf: Bool) throws {
        let chunks = Array(repeating: Data("x".utf8), count: 4)
        let transport = MockTransport(.stream(chunks, interval: .seconds(2)), .ok, isDeaf: isDeaf)
        let response = try simulate(Self.configuration(), transport: transport) { client, _ in
            try await client.get("https://example.com/")
        }
        #expect(response.attempts.map(\.duration) == [.seconds(5), .zero])
    }

    @Test func anAnswerAtTheVeryDeadlineIsEitherAndNeverBoth() throws {
        var statuses: [Int: Int] = [:]
        for seed in Simulation.seeds(100) {
            let transport = MockTransport(
                MockAnswer.ok.after(.seconds(5)),
                .status(404),
                isDeaf: seed.isMultiple(of: 2)
            )
            let response = try simulate(seed: seed, Self.configuration(), transport: transport) { client, _ in
                try await client.send(ClientRequest(url: .example()))
            }
            #expect(response.attempts.count == (response.status == 200 ? 1 : 2))
            statuses[response.status.code, default: 0] += 1
        }
        #expect(statuses[200, default: 0] > 10 && statuses[404, default: 0] > 10 || Simulation.isRerun, "\(statuses)")
    }

    @Test func anAttemptTimeoutAboveTheTotalIsRefused() throws {
        let refused = Self.configuration(attempt: .seconds(6), total: .seconds(5))
        let error = try #require(throws: ResilientError.self) {
            try simulate(refused) { _, _ in }
        }
        #expect(error.code == .configuration)
        #expect(error.problems.map(\.path) == ["timeouts.attempt"])

        let options = RequestOptions(totalTimeout: .seconds(1), attemptTimeout: .seconds(2))
        let transport = MockTransport()
        let inOptions = try #require(throws: ResilientError.self) {
            try simulate(transport: transport) { client, _ in
                try await client.get("https://example.com/", options: options)
            }
        }
        #expect(inOptions.problems.map(\.path) == ["options.attempt_timeout"])
        #expect(transport.requestCount == 0)
    }

    @Test func aCallsOwnTimeoutCountsMoreThanTheClients() throws {
        let transport = MockTransport(.hang)
        let error = try #require(throws: ResilientError.self) {
            try simulate(Self.configuration(), transport: transport) { client, _ in
                let options = RequestOptions(attemptTimeout: .seconds(9), maxAttempts: 2)
                return try await client.get("https://example.com/", options: options)
            }
        }
        #expect(error.attempts.map(\.duration) == [.seconds(9), .seconds(9)])
    }

    @Test func aCallsOwnTimeoutBeginsWithEachAttemptAlsoWhereTheClientHasNone() throws {
        let configuration = Self.configuration(attempt: nil).with {
            ($0.timeouts.idle, $0.timeouts.streamIdle) = (nil, nil)
        }
        let transport = MockTransport(.hang, .hang, .ok)
        let response = try simulate(configuration, transport: transport) { client, _ in
            #expect(!client.stages.contains(.attemptTimeout))
            return try await client.get("https://example.com/", options: .init(attemptTimeout: .seconds(2)))
        }
        #expect(response.attempts.map(\.duration) == [.seconds(2), .seconds(2), .zero])
        #expect(response.timings.total == .seconds(6))
    }

    @Test func eachHopOfARedirectHasATimeoutOfItsOwn() throws {
        let transport = MockTransport()
        transport.on(.path("/a"), MockAnswer.status(307, headers: [.location: "/b"]).after(.seconds(4)))
        transport.on(.path("/b"), MockAnswer.ok.after(.seconds(4)))
        for configuration in [Self.configuration(), Self.configuration(attempt: nil)] {
            let response = try simulate(configuration, transport: transport) {
                $0.ownsTransport = false
            } _: { client, _ in
                try await client.get("https://example.com/a", options: .init(attemptTimeout: .seconds(5)))
            }
            #expect(response.timings.network == .seconds(8))
        }
    }

    @Test(arguments: [Configuration.passthrough, .recommended])
    func timeoutsOnTheWireReachTheTransport(configuration: Configuration) throws {
        let transport = MockTransport()
        let options = RequestOptions(
            connectTimeout: .seconds(1),
            firstByteTimeout: .seconds(2),
            idleTimeout: .seconds(3)
        )
        _ = try simulate(configuration, transport: transport) { client, _ in
            _ = try await client.get("https://example.com/", options: options)
            let patient = try client.with { $0.timeouts.idle = .seconds(30) }
            _ = try await patient.get("https://example.com/", options: options.with { $0.idleTimeout = nil })
            await patient.shutdown()
        }
        #expect(
            transport.requests.map(\.wireTimeouts) == [
                WireTimeouts(connect: .seconds(1), firstByte: .seconds(2), idle: .seconds(3)),
                WireTimeouts(connect: .seconds(1), firstByte: .seconds(2), idle: .seconds(30)),
            ]
        )
    }
}
