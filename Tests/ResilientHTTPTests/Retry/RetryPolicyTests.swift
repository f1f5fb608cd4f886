import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct RetryPolicyTests {
    private func verdict(
        _ policy: some RetryPolicy,
        attempt: Int,
        of limit: Int? = nil,
        _ failure: FailureClass = .serverError
    ) -> RetryVerdict {
        policy.verdict(
            on: FailedAttempt(
                attempt: attempt,
                attemptLimit: limit,
                failureClass: failure,
                request: ClientRequest(url: .example())
            )
        )
    }

    @Test func theLimitOfTheCallCountsMoreThanTheClasssAndThatMoreThanTheGeneralOne() {
        var configuration = RetryConfiguration(maxAttempts: 3)
        configuration.rules[.throttled] = RetryRule(maxAttempts: 5)
        let policy = StandardRetryPolicy(configuration)
        #expect(verdict(policy, attempt: 2) == .retry)
        #expect(verdict(policy, attempt: 3) == .stop("all 3 attempts are used up"))
        #expect(verdict(policy, attempt: 4, .throttled) == .retry)
        #expect(verdict(policy, attempt: 5, .throttled) == .stop("all 5 attempts are used up"))
        #expect(verdict(policy, attempt: 2, of: 2, .throttled) == .stop("all 2 attempts are used up"))
        #expect(verdict(policy, attempt: 7, of: 8) == .retry)
    }

    @Test func someClassesAreRetriedOnlyByRuleAndOneNever() {
        var configuration = RetryConfiguration()
        for failure in [FailureClass.tls, .protocolError, .quotaExhausted] {
            #expect(verdict(StandardRetryPolicy(configuration), attempt: 1, failure) != .retry)
            configuration.rules[failure] = RetryRule()
        }
        configuration.rules[.serverError] = .never
        let ruled = StandardRetryPolicy(configuration)
        #expect(verdict(ruled, attempt: 1, .tls) == .retry)
        #expect(verdict(ruled, attempt: 1, .protocolError) == .retry)
        #expect(verdict(ruled, attempt: 1, .quotaExhausted) != .retry)
        #expect(verdict(ruled, attempt: 1, .serverError) == .stop("server_error is not retried"))
    }

    @Test func aLimitDecoratesAnyPolicyAndTheTightestCounts() {
        struct Always: RetryPolicy {
            func verdict(on failure: FailedAttempt) -> RetryVerdict { .retry }
        }
        #expect(verdict(Always(), attempt: 1000) == .retry)
        let limited = Always().withAttemptLimit(5).withAttemptLimit(2).withAttemptLimit(9)
        #expect(verdict(limited, attempt: 1) == .retry)
        #expect(verdict(limited, attempt: 2) == .stop("all 2 attempts are used up"))
    }

    @Test func noPolicyMakesAnUnsafeRequestRepeatable() throws {
        struct Always: RetryPolicy {
            func verdict(on failure: FailedAttempt) -> RetryVerdict { .retry }
        }
        for method in [ClientRequest.Method.post, .patch] {
            let transport = MockTransport(.status(503), .ok)
            _ = try simulate(transport: transport) {
                $0.retryPolicy = Always()
            } _: { client, _ in
                try await client.send(ClientRequest(method: method, url: .example()))
            }
            #expect(transport.requestCount == 1)
        }
    }
}

@Suite struct RetryIdentityTests {
    @Test func aRepeatingRedirectKeepsTheGeneratedKeyAndTheRequestID() throws {
        let configuration = Configuration().with { $0.retry?.generatesIdempotencyKeys = true }
        let transport = MockTransport()
        transport.onEachCall(.path("/a"), .status(503), .status(307, headers: [.location: "https://other.example/b"]))
        transport.onEachCall(.path("/b"), .ok, .ok, .status(503), .ok)
        let response = try simulate(configuration, transport: transport) { client, _ in
            try await client.post("https://example.com/a", body: .text("x"))
        }
        #expect(transport.requests.map(\.request.url.path) == ["/a", "/a", "/b", "/b"])
        #expect(transport.requests.map(\.attempt) == [1, 2, 1, 2])
        #expect(response.attempts.map(\.number) == [1, 2, 3, 4])
        #expect(
            Set(transport.requests.map { $0.request.headers[.idempotencyKey] }) == [response.requestID?.description]
        )
        #expect(Set(transport.requests.map(\.requestID)) == [response.requestID])
    }

    @Test func aRedirectThatBecomesAGetLosesTheKey() throws {
        let transport = MockTransport(.status(303, headers: [.location: "/b"]), .ok)
        _ = try simulate(transport: transport) { client, _ in
            try await client.post("https://example.com/a", options: .init(idempotencyKey: "order-7"))
        }
        #expect(transport.requests.map { $0.request.headers[.idempotencyKey] } == ["order-7", nil])
    }

    @Test func everyCallHasAKeyOfItsOwn() throws {
        let configuration = Configuration().with { $0.retry?.generatesIdempotencyKeys = true }
        let transport = MockTransport()
        _ = try simulate(configuration, transport: transport) { client, _ in
            for _ in 0..<100 { _ = try await client.post("https://example.com/a") }
        }
        #expect(Set(transport.requests.map { $0.request.headers[.idempotencyKey] }).count == 100)
    }
}
