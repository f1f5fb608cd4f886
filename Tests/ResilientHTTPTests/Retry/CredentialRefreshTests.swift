import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct CredentialRefreshTests {
    private struct Failure: Error {}

    private let configuration = Configuration().with {
        $0.retry = RetryConfiguration(
            maxAttempts: 3,
            backoff: .exponential(base: .seconds(1), cap: .seconds(60), jitter: .none)
        )
    }

    @Test func aRefreshThatFailsGivesTheBudgetBack() throws {
        let transport = MockTransport(.status(503), .status(401), .ok)
        let left = try simulate(configuration, transport: transport) {
            $0.refreshCredentials = { _, _, _ in throw Failure() }
        } _: { client, _ in
            await #expect(throws: Failure.self) { try await client.send(ClientRequest(url: .example("a"))) }
            return client.retryBudgetLeft
        }
        #expect(left == 500)
    }

    @Test func aRefreshThatHangsEndsWithTheDeadline() throws {
        let transport = MockTransport(.status(401), .ok)
        let gate = OneShot<Void>()
        let (error, time) = try simulate(configuration, transport: transport) {
            $0.refreshCredentials = { request, _, _ in
                try await gate.value()
                return request
            }
        } _: { client, simulation in
            let start = simulation.clock.now
            let error = await resilientError {
                try await client.send(ClientRequest(url: .example("a")), options: .init(totalTimeout: .seconds(3)))
            }
            let time = simulation.clock.now - start
            gate.resolve(.success(()))
            return (error, time)
        }
        #expect(error?.code == .deadlineExceeded && error?.reachedServer == .yes)
        #expect(time == .seconds(3))
        #expect(transport.requestCount == 1)
    }

    @Test func aRefreshDoesNotLengthenTheBackoff() throws {
        let transport = MockTransport(.status(401), .status(503), .ok)
        let response = try simulate(configuration, transport: transport) {
            $0.refreshCredentials = { request, _, _ in request }
        } _: { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.attempts.map(\.delay) == [.zero, .zero, .seconds(1)])
    }

    @Test(arguments: ["https://evil.example/", "http://localhost/"])
    func freshCredentialsDoNotFollowARedirectToAnotherOrigin(_ location: String) throws {
        let transport = MockTransport(.status(307, headers: [.location: location]), .status(401), .ok)
        let response = try simulate(configuration.with { $0.redirects?.allowsDowngrade = true }, transport: transport) {
            $0.refreshCredentials = { request, _, _ in
                var request = request
                request.headers[.authorization] = "Bearer fresh-token"
                return request
            }
        } _: { client, _ in
            try await client.send(ClientRequest(url: .example("a"), headers: [.authorization: "Bearer stale-token"]))
        }
        #expect(response.status == 401)
        #expect(transport.requests.map { $0.request.headers[.authorization] } == ["Bearer stale-token", nil])
    }

    @Test func freshCredentialsStayWithTheBaseURL() throws {
        let transport = MockTransport(.status(401), .ok)
        var elsewhere = configuration
        elsewhere.baseURL = .example()
        elsewhere.allowsOtherOrigins = true
        let other = try #require(URL(string: "https://other.example/"))
        let response = try simulate(elsewhere, transport: transport) {
            $0.refreshCredentials = { request, _, _ in request }
        } _: { client, _ in
            try await client.send(ClientRequest(url: other))
        }
        #expect(response.status == 401)
        #expect(transport.requestCount == 1)
    }
}
