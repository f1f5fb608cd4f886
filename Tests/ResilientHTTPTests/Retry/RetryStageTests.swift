import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct RetryStageTests {
    func configuration(_ change: (inout RetryConfiguration) -> Void = { _ in }) -> Configuration {
        var retry = RetryConfiguration(
            maxAttempts: 3,
            backoff: .exponential(base: .seconds(1), cap: .seconds(60), jitter: .none)
        )
        // Exactly when the server says; the spread has a suite of its own.
        retry.serverJitter = 0
        change(&retry)
        return Configuration().with {
            $0.retry = retry
            // Failures in a row are the rule here.
            $0.circuitBreaker = nil
        }
    }

    @Test func aFailedAttemptIsFollowedByAnotherAfterTheBackoff() throws {
        let transport = MockTransport(.status(503), .connectionLost(), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 200)
        #expect(response.attempts.map(\.delay) == [.zero, .seconds(1), .seconds(2)])
        #expect(response.attempts.map { $0.status?.code } == [503, nil, 200])
        #expect(response.timings.waiting == .seconds(3))
        #expect(response.timings.total == .seconds(3))
        #expect(transport.requests.map(\.attempt) == [1, 2, 3])
        #expect(Set(transport.requests.map(\.requestID)).count == 1)
    }

    @Test func theLastAnswerIsReturnedWhenAttemptsAreUsedUp() throws {
        let transport = MockTransport(.status(503, body: "1"), .status(503, body: "2"), .status(502, body: "3"), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 502)
        #expect(response.text == "3")
        #expect(transport.requestCount == 3)
    }

    @Test func theLastErrorIsThrownWithEveryAttempt() throws {
        let transport = MockTransport(.status(500), .connectFailed, .connectionLost())
        let error = try #require(throws: ResilientError.self) {
            try simulate(configuration(), transport: transport) { client, _ in
                try await client.send(ClientRequest(url: .example("a")), options: .init(endpoint: "list_a"))
            }
        }
        #expect(error.code == .connectionLost)
        #expect(error.attempts.count == 3)
        #expect(error.attempts[0].status == 500)
        #expect((error.attempts[1].error as? ResilientError)?.code == .connectFailed)
        #expect(error.endpoint == "list_a")
        #expect(error.requestID != nil)
    }

    @Test(arguments: [400, 401, 403, 404, 409, 422, 501])
    func aStatusThatSaysTheRequestIsWrongIsNotRetried(status: Int) throws {
        let transport = MockTransport(.status(.init(status)), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status.code == status)
        #expect(transport.requestCount == 1)
    }

    @Test(arguments: [408, 429, 500, 502, 503, 504, 529])
    func aStatusThatSaysTheServerIsIllIsRetried(status: Int) throws {
        let transport = MockTransport(.status(.init(status)), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 200)
        #expect(transport.requestCount == 2)
    }

    @Test func listedStatusesReplaceTheStandardOnes() throws {
        let transport = MockTransport(.status(409), .status(500), .ok)
        let response = try simulate(configuration { $0.statuses = [409] }, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 500)
        #expect(transport.requestCount == 2)
    }

    @Test func anExhaustedQuotaIsNeverRetried() throws {
        let body = #"{"error":{"code":"insufficient_quota"}}"#
        let transport = MockTransport(.status(429, headers: [.retryAfter: "1"], body: body), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 429)
        #expect(transport.requestCount == 1)
    }

    @Test func noContentIsASuccessAndNeverSentAgain() throws {
        let transport = MockTransport(.status(204), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.delete("https://example.com/a")
        }
        #expect(response.status == 204)
        #expect(transport.requestCount == 1)
    }

    @Test func aBodyThatBreaksIsAFailedAttempt() throws {
        let lost = ResilientError(.connectionLost, "cut", reachedServer: .yes)
        let transport = MockTransport(
            .stream([Data("ha".utf8)], interval: .seconds(1), endingWith: lost),
            .stream([Data("ha".utf8), Data("lf".utf8)])
        )
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.text == "half")
        #expect(response.attempts.count == 2)
    }
}
