import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

@Suite struct CrossOriginStageTests {
    /// A stage that sets a credential on whatever passes.
    private struct Signing: Middleware {
        var permitted: Origin?
        let seen = Seen()

        final class Seen: Sendable {
            let flags = Mutex<[Bool]>([])
        }

        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            seen.flags.withLock { $0.append(context.isCrossOrigin) }
            var (request, context) = (request, context)
            request.headers[.authorization] = "Bearer stage-token"
            if let permitted { context.permit([.authorization], for: permitted) }
            return try await next(request, context: context)
        }
    }

    private func authorizations(
        _ transport: MockTransport,
        _ stage: Signing,
        headers: HeaderFields = [:],
        _ configuration: Configuration = .recommended
    ) throws -> [String?] {
        _ = try simulate(configuration, transport: transport) {
            $0.stages = [CustomStage(.init(rawValue: "signing"), stage, at: .innermost)]
        } _: { client, _ in
            try await client.send(ClientRequest(url: .example("a"), headers: headers))
        }
        return transport.requests.map { $0.request.headers[.authorization] }
    }

    @Test func whatAStageSetsStaysBehindOffTheOriginThatTheRequestNames() throws {
        let transport = MockTransport(
            .status(307, headers: [.location: "https://other.example/"]),
            .status(307, headers: [.location: "https://example.com/back"]),
            .ok
        )
        let stage = Signing()
        #expect(try authorizations(transport, stage) == ["Bearer stage-token", nil, nil])
        #expect(stage.seen.flags.withLock { $0 } == [false, true, true])
    }

    @Test func aStageMayNameTheOriginThatItsCredentialIsFor() throws {
        let transport = MockTransport(
            .status(307, headers: [.location: "https://other.example/"]),
            .status(307, headers: [.location: "https://third.example/"]),
            .ok
        )
        let stage = Signing(permitted: Origin(scheme: "https", host: "other.example"))
        #expect(try authorizations(transport, stage) == ["Bearer stage-token", "Bearer stage-token", nil])
    }

    @Test func aFallbackEndpointIsAnotherOrigin() throws {
        let transport = MockTransport(.status(503), .ok)
        let base = try #require(URL(string: "https://other.example/"))
        let configuration = Configuration.recommended.with {
            $0.retry = nil
            $0.fallback = FallbackConfiguration(endpoints: [base])
        }
        #expect(try authorizations(transport, Signing(), configuration) == ["Bearer stage-token", nil])
    }

    @Test func theCallersOwnCredentialGoesToTheOriginThatItsRequestNames() throws {
        let transport = MockTransport(.ok)
        let configuration = Configuration.recommended.with {
            $0.baseURL = .example()
            $0.allowsOtherOrigins = true
        }
        let other = try #require(URL(string: "https://other.example/"))
        _ = try simulate(configuration, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: other, headers: [.authorization: "Bearer own-token"]))
        }
        #expect(transport.requests.map { $0.request.headers[.authorization] } == ["Bearer own-token"])
    }
}
