import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// When: backoff, and what the server says.
extension RetryStageTests {
    @Test func theLongerOfBackoffAndRetryAfterIsWaited() throws {
        let transport = MockTransport(
            .status(503, headers: [.retryAfter: "7"]),
            .status(503, headers: [.retryAfter: "1"]),
            .ok
        )
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.map(\.delay) == [.zero, .seconds(7), .seconds(2)])
        let waits = response.explanation.decisions.filter { $0.outcome.delay != nil }
        #expect(waits.map(\.outcome.delaySource) == [.server, .backoff])
        #expect(waits.map(\.outcome.left) == [495, 490])
    }

    @Test func aRetryAfterDateCountsFromTheClientsWallClock() throws {
        // The simulation's wall clock starts at 2026-01-01T00:00:00Z.
        let transport = MockTransport(.status(429, headers: [.retryAfter: "Thu, 01 Jan 2026 00:00:30 GMT"]), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.last?.delay == .seconds(30))
    }

    @Test(arguments: [
        ("retry-after-ms", "2500", Duration.milliseconds(2500)),
        ("x-ms-retry-after-ms", "1500.5", .microseconds(1_500_500)),
        ("retry-after", "1.5", .milliseconds(1500)),
        ("x-ratelimit-reset-requests", "6m0s", .seconds(360)),
        ("anthropic-ratelimit-tokens-reset", "2026-01-01T00:01:00Z", .seconds(60)),
        ("x-ratelimit-reset", "1767225645", .seconds(45)),
    ])
    func everyFormOfTheServersDelayIsRead(name: String, value: String, expected: Duration) throws {
        let name = try #require(HeaderFields.Name(name))
        let transport = MockTransport(.status(429, headers: [name: value]), .ok)
        let patient = configuration { $0.maxServerDelay = .seconds(3600) }
        let response = try simulate(patient, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.last?.delay == expected)
    }

    @Test func aLimitThatIsNotUsedUpDelaysNothing() throws {
        let headers: HeaderFields = [
            HeaderFields.Name(constant: "x-ratelimit-remaining-requests"): "9",
            HeaderFields.Name(constant: "x-ratelimit-reset-requests"): "50s",
            HeaderFields.Name(constant: "x-ratelimit-remaining-tokens"): "0",
            HeaderFields.Name(constant: "x-ratelimit-reset-tokens"): "3s",
        ]
        let transport = MockTransport(.status(429, headers: headers), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.last?.delay == .seconds(3))
    }

    @Test func aServerDelayBeyondTheCapEndsTheCallAtOnce() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "121"]), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 503)
        #expect(response.timings.total == .zero)
    }

    @Test func theServersWordOnRetryingCountsMoreThanTheStatus() throws {
        let no = HeaderFields([.init(name: .init(constant: "x-should-retry"), value: "false")])
        let transport = MockTransport(.status(503, headers: no), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 503)
        #expect(transport.requestCount == 1)
    }

    @Test func anAnswerThatIsNoFailureIsRetriedWhenTheServerSaysSo() throws {
        let yes = HeaderFields([.init(name: .init(constant: "x-should-retry"), value: "true")])
        let transport = MockTransport(.status(409, headers: yes), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 200)

        let unheeded = MockTransport(.status(409, headers: yes), .ok)
        let refused = try simulate(configuration { $0.heedsServer = false }, transport: unheeded) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(refused.status == 409)
    }

    @Test func aResetInUnixMillisecondsIsRead() throws {
        // 1.5 s after the simulation's wall clock, 2026-01-01T00:00:00Z.
        let reset = HeaderFields([.init(name: .init(constant: "x-ratelimit-reset"), value: "1767225601500")])
        let transport = MockTransport(.status(429, headers: reset), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.map(\.delay) == [.zero, .milliseconds(1500)])
    }

    @Test func aDelayThatDoesNotFitTheDeadlineIsNotWaitedFor() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "10"]), .ok)
        let bounded = configuration().with {
            $0.timeouts.attempt = .seconds(5)
            $0.timeouts.total = .seconds(10)
        }
        let response = try simulate(bounded, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 503)
        #expect(response.timings.total == .zero)
        #expect(response.explanation.description.contains("does not fit the deadline"))
    }

    @Test func delaysAreSpreadByTheClientsChance() throws {
        var delays: Set<Duration> = []
        for seed in 0..<50 {
            let response = try simulate(seed: UInt64(seed), transport: MockTransport(.status(503), .ok)) { client, _ in
                try await client.send(ClientRequest(url: .example("a")))
            }
            let delay = try #require(response.attempts.last?.delay)
            #expect(delay >= .zero && delay <= .milliseconds(500))
            delays.insert(delay)
        }
        #expect(delays.count == 50)
    }

    @Test func aForbiddenThatSaysWhenIsWaitedFor() throws {
        let transport = MockTransport(.status(403, headers: [.retryAfter: "60"]), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.map(\.delay) == [.zero, .seconds(60)])
        let plain = MockTransport(.status(403), .ok)
        let refused = try simulate(configuration(), transport: plain) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(refused.status == 403)
    }
}
