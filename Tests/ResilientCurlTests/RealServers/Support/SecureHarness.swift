#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@testable import ResilientCurl

/// A FaultServer behind TLS and a client that calls it.
struct SecureHarness: Sendable {
    let server: FaultServer
    let url: URL
    let client: SecureClient

    /// - Parameters:
    ///   - configuration: by default one that trusts the tests' authority.
    ///   - identity: what the server shows; by default the right one.
    ///   - settings: more of nginx's settings.
    ///   - serverConfiguration: what the server behind TLS does to its connections.
    static func run(
        _ configuration: CurlConfiguration? = nil,
        identity: Identity? = nil,
        settings: String = "",
        server serverConfiguration: FaultServer.Configuration = .init(),
        _ body: (SecureHarness) async throws -> Void
    ) async throws {
        try await FaultServer.withServer(serverConfiguration) { server in
            server.script(default: [.ok("through TLS")])
            try await TLSTerminator.run(
                port: server.port,
                alpn: "http/1.1",
                identity: identity,
                settings: settings
            ) { url in
                try await SecureClient.run(configuration) { client in
                    try await body(SecureHarness(server: server, url: url, client: client))
                }
            }
        }
    }

    /// Either the server is called, or it never learns what would have been said.
    func expect(
        called isCalled: Bool,
        _ codes: [ResilientError.Code] = [.tlsFailed],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        if isCalled {
            let text = try await client.send(.post, url, body: .text("secret")).text
            #expect(text == "through TLS", sourceLocation: sourceLocation)
        } else {
            let error = try await client.failure(.post, url, body: .text("secret"), sourceLocation: sourceLocation)
            #expect(codes.contains(error.code), "\(error)", sourceLocation: sourceLocation)
            // TLS 1.3 refuses a client when it may have begun to speak.
            if error.code == .tlsFailed { #expect(error.reachedServer == .no, sourceLocation: sourceLocation) }
        }
        #expect(server.requests.count == (isCalled ? 1 : 0), sourceLocation: sourceLocation)
    }
}
#endif
