import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct EndlessDurationTests {
    private static let endless: Duration = .seconds(1_000_000_000_000_000_000)

    @Test(arguments: [false, true])
    func timeoutsWithoutEndAreNoTimeouts(isDeaf: Bool) throws {
        let configuration = Configuration().with {
            $0.timeouts = Timeouts(
                connect: Self.endless,
                firstByte: Self.endless,
                idle: Self.endless,
                attempt: Self.endless,
                total: Self.endless
            )
        }
        let options = RequestOptions(totalTimeout: Self.endless, attemptTimeout: Self.endless)
        let transport = MockTransport(.status(503), MockAnswer.ok.after(.seconds(1)), isDeaf: isDeaf)
        let response = try simulate(configuration, transport: transport) { client, _ in
            try await client.get("https://example.com/", options: options)
        }
        #expect(response.status == 200)
        #expect(response.explanation.description.contains("at most"))
    }

    @Test func backoffsAndServerDelaysWithoutEndAreBounded() throws {
        let configuration = Configuration().with {
            $0.retry = RetryConfiguration(
                maxAttempts: 4,
                backoff: .exponential(base: Self.endless, cap: Self.endless, jitter: .none)
            )
            $0.retry?.maxServerDelay = Self.endless
            $0.timeouts.attempt = nil
        }
        let after: HeaderFields = [.retryAfter: "999999999999999999999999"]
        let transport = MockTransport(.status(503), .status(503, headers: after), .status(503), .ok)
        let response = try simulate(configuration, transport: transport) { client, _ in
            try await client.get("https://example.com/")
        }
        #expect(response.attempts.dropFirst().allSatisfy { $0.delay == .seconds(1_000_000_000) })
    }

    @Test func aDelayOfTheServerWithoutEndEndsTheCall() throws {
        let after: HeaderFields = [.retryAfter: "999999999999999999999999"]
        let response = try simulate(transport: MockTransport(.status(503, headers: after))) { client, _ in
            try await client.send(ClientRequest(url: .example()))
        }
        #expect(response.attempts.count == 1)
        #expect(response.timings.total == .zero)
    }
}
