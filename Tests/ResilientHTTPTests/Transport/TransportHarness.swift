import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// A URLSessionTransport behind a client without stages, and the server that it calls.
struct TransportHarness {
    let server: FaultServer
    let transport: URLSessionTransport
    let runtime: ClientRuntime
    let client: ResilientClient

    /// Makes the three, runs `body`, and shuts client and server down.
    static func run<Result>(
        pool: PoolConfiguration = PoolConfiguration(),
        server configuration: FaultServer.Configuration = .init(),
        _ body: (TransportHarness) async throws -> Result
    ) async throws -> Result {
        try await FaultServer.withServer(configuration) { server in
            let transport = URLSessionTransport(pool: pool)
            let runtime = ClientRuntime()
            let client = try ResilientClient(
                .passthrough,
                dependencies: Dependencies(transport: transport, runtime: runtime)
            )
            do {
                let harness = TransportHarness(
                    server: server,
                    transport: transport,
                    runtime: runtime,
                    client: client
                )
                let result = try await body(harness)
                await client.shutdown(grace: .zero)
                return result
            } catch {
                await client.shutdown(grace: .zero)
                throw error
            }
        }
    }

    func url(_ path: String) -> URL { server.url.appending(path: path) }

    func send(
        _ method: ClientRequest.Method = .get,
        _ path: String = "/",
        headers: HeaderFields = [:],
        body: RequestBody = .empty,
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        let request = ClientRequest(method: method, url: url(path), headers: headers, body: body)
        return try await client.send(request, options: options)
    }

    /// The error of a request that must fail with one of ours.
    func failure(
        _ method: ClientRequest.Method = .get,
        _ path: String = "/",
        headers: HeaderFields = [:],
        body: RequestBody = .empty,
        options: RequestOptions = RequestOptions(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ResilientError {
        try #require(
            await #expect(throws: ResilientError.self, sourceLocation: sourceLocation) {
                try await send(method, path, headers: headers, body: body, options: options)
            },
            sourceLocation: sourceLocation
        )
    }
}
