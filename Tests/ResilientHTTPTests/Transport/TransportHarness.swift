import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

/// A URLSessionTransport behind a client without stages, and the server that it calls.
struct TransportHarness {
    let server: FaultServer
    let transport: URLSessionTransport
    let runtime: ClientRuntime
    let client: ResilientClient

    /// Makes the three, runs `body`, and shuts client and server down.
    static func run(
        pool: PoolConfiguration = PoolConfiguration(),
        server configuration: FaultServer.Configuration = .init(),
        _ body: (TransportHarness) async throws -> Void
    ) async throws {
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
                try await body(harness)
                await client.shutdown(grace: .zero)
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
        let request = ClientRequest(method: method, url: url(path), headers: headers, body: body)
        return try await failure(of: request, options: options, sourceLocation: sourceLocation)
    }

    /// The error of a request that must fail with one of ours.
    func failure(
        of request: ClientRequest,
        options: RequestOptions = RequestOptions(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ResilientError {
        try #require(
            await #expect(throws: ResilientError.self, sourceLocation: sourceLocation) {
                try await client.send(request, options: options)
            },
            sourceLocation: sourceLocation
        )
    }

    /// Starts a request as a task of its own.
    func start(
        _ method: ClientRequest.Method = .get,
        _ path: String = "/",
        options: RequestOptions = RequestOptions()
    ) -> Task<ClientResponse, any Error> {
        Task { try await send(method, path, options: options) }
    }

    /// A context for calling the transport without a client.
    func context(limit: Int = .max) -> RequestContext {
        let call = CallRecord(requestID: RequestID(high: 0, low: 0), options: RequestOptions(), runtime: runtime)
        return RequestContext(call: call, body: .bytes(limit: limit))
    }

    /// Lets others run until a condition holds; the test's time limit ends a wait in vain.
    func until(_ condition: () -> Bool) async throws {
        while !condition() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
