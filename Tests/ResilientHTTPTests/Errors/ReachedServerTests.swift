import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// "No" invites a caller to repeat a request that must not be sent twice.
@Suite struct ReachedServerTests {
    private let retrying = Configuration().with { $0.retry = RetryConfiguration(maxAttempts: 2, backoff: .none) }

    private func error(of answers: [MockAnswer], _ request: ClientRequest) throws -> ResilientError? {
        try simulate(retrying, transport: MockTransport(answers)) { client, _ in
            await resilientError { try await client.send(request, options: .init(idempotencyKey: "k")) }
        }
    }

    @Test func anErrorSpeaksForEveryAttempt() throws {
        let post = ClientRequest(method: .post, url: .example("a"))
        #expect(try error(of: [.connectFailed], post)?.reachedServer == .no)
        #expect(try error(of: [.connectionLost(), .connectFailed], post)?.reachedServer == .maybe)
        #expect(try error(of: [.status(503), .connectFailed], post)?.reachedServer == .yes)
    }

    @Test(.enabled(if: ReachedServerTests.isLinux))
    func aURLErrorOfAnotherTransportProvesNothingWithoutCurlsWords() throws {
        for (text, expected) in [("Could not connect", 1), ("Failed to connect to example.com port 443", 2)] {
            let urlError = URLError(.cannotConnectToHost, userInfo: [NSLocalizedDescriptionKey: text])
            let transport = MockTransport(.error(urlError), .ok)
            _ = try simulate(retrying, transport: transport) { client, _ in
                await resilientError { try await client.send(ClientRequest(method: .post, url: .example("a"))) }
            }
            #expect(transport.requestCount == expected, "\(text)")
        }
    }

    static var isLinux: Bool {
        #if canImport(FoundationNetworking)
        true
        #else
        false
        #endif
    }
}
