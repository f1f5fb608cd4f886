#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import SocketSupport
import Testing

@testable import ResilientCurl

/// A client without stages over a CurlTransport, for servers of other processes.
struct SecureClient: Sendable {
    let client: ResilientClient
    let runtime: ClientRuntime

    /// Makes it, runs `body`, shuts it down, and checks that nothing is left of the runtime.
    ///
    /// - Parameter configuration: by default one that trusts the tests' authority.
    static func run(
        _ configuration: CurlConfiguration? = nil,
        client clientConfiguration: Configuration = .passthrough,
        library: CurlLibrary? = nil,
        _ body: (SecureClient) async throws -> Void
    ) async throws {
        let library = try library ?? CurlLibrary.loaded.get()
        let transport = try CurlTransport(configuration ?? .trusting(), library: library)
        try await CurlHarness.withClient(over: transport, clientConfiguration, grace: .seconds(5)) { client, runtime in
            try await body(SecureClient(client: client, runtime: runtime))
        }
    }

    func send(
        _ method: ClientRequest.Method = .get,
        _ url: URL,
        headers: HeaderFields = [:],
        body: RequestBody = .empty,
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        let request = ClientRequest(method: method, url: url, headers: headers, body: body)
        return try await client.send(request, options: options)
    }

    /// The error of a request that must fail with one of ours.
    func failure(
        _ method: ClientRequest.Method = .get,
        _ url: URL,
        body: RequestBody = .empty,
        options: RequestOptions = RequestOptions(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ResilientError {
        let request = ClientRequest(method: method, url: url, body: body)
        return try await client.failure(of: request, options: options, sourceLocation: sourceLocation)
    }
}

extension CurlConfiguration {
    /// One that trusts the tests' authority and nobody else.
    static func trusting(_ change: (inout CurlConfiguration) throws -> Void = { _ in }) throws -> Self {
        var configuration = CurlConfiguration()
        configuration.tls.caFile = try Certificates.made().authority.certificate.path
        try change(&configuration)
        return configuration
    }
}
#endif
