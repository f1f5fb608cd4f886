package import Foundation
package import ResilientHTTP
package import ResilientHTTPTesting
package import Testing

/// A transport behind a client, and the server that it calls over real sockets.
package struct SocketHarness: Sendable {
    package let server: FaultServer
    package let transport: any Transport
    package let runtime: ClientRuntime
    package let client: ResilientClient

    /// Makes them, runs `body`, shuts client and server down, and checks that nothing is left of the runtime.
    package static func run(
        over transport: any Transport,
        client configuration: Configuration = .passthrough,
        server serverConfiguration: FaultServer.Configuration = .init(),
        _ body: (SocketHarness) async throws -> Void
    ) async throws {
        try await FaultServer.withServer(serverConfiguration) { server in
            try await withClient(over: transport, configuration, grace: .zero) { client, runtime in
                try await body(
                    SocketHarness(server: server, transport: transport, runtime: runtime, client: client)
                )
            }
        }
    }

    /// Makes a client, runs `body`, shuts it down, and checks that nothing is left of its runtime.
    package static func withClient(
        over transport: any Transport,
        _ configuration: Configuration,
        grace: Duration,
        _ body: (ResilientClient, ClientRuntime) async throws -> Void
    ) async throws {
        let runtime = ClientRuntime()
        let dependencies = Dependencies(transport: transport, runtime: runtime)
        try await withResilientClient(configuration, dependencies: dependencies, grace: grace) { client in
            try await body(client, runtime)
        }
        // A cancelled body's task may be about to end.
        try await until("no task and no timer is left") { runtime.liveTasks == 0 && runtime.liveTimers == 0 }
    }

    /// Over the transport that the environment names.
    package static func live(
        pool: PoolConfiguration = PoolConfiguration(),
        _ body: (SocketHarness) async throws -> Void
    ) async throws {
        try await run(over: LiveTransport.make(pool), body)
    }

    package func url(_ path: String) -> URL { server.url.appending(path: path) }

    package func request(
        _ method: ClientRequest.Method = .get,
        _ path: String = "/",
        headers: HeaderFields = [:],
        body: RequestBody = .empty
    ) -> ClientRequest {
        ClientRequest(method: method, url: url(path), headers: headers, body: body)
    }

    package func send(
        _ method: ClientRequest.Method = .get,
        _ path: String = "/",
        headers: HeaderFields = [:],
        body: RequestBody = .empty,
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await client.send(request(method, path, headers: headers, body: body), options: options)
    }

    /// The error of a request that must fail with one of ours.
    package func failure(
        _ method: ClientRequest.Method = .get,
        _ path: String = "/",
        headers: HeaderFields = [:],
        body: RequestBody = .empty,
        options: RequestOptions = RequestOptions(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ResilientError {
        let request = request(method, path, headers: headers, body: body)
        return try await failure(of: request, options: options, sourceLocation: sourceLocation)
    }

    /// The error of a request that must fail with one of ours.
    package func failure(
        of request: ClientRequest,
        options: RequestOptions = RequestOptions(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ResilientError {
        try await client.failure(of: request, options: options, sourceLocation: sourceLocation)
    }

    /// Lets others run until a condition holds, at most some seconds.
    package static func until(
        _ what: Comment,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: () -> Bool
    ) async throws {
        let end = ContinuousClock.now + .seconds(20)
        while !condition() {
            try #require(ContinuousClock.now < end, what, sourceLocation: sourceLocation)
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Lets others run until a condition holds, and sees it at once; the test's time limit ends a wait in vain.
    package func until(_ condition: () -> Bool) async throws {
        while !condition() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}

extension ResilientClient {
    /// The error of a request that must fail with one of ours.
    package func failure(
        of request: ClientRequest,
        options: RequestOptions = RequestOptions(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ResilientError {
        try #require(
            await #expect(throws: ResilientError.self, sourceLocation: sourceLocation) {
                try await send(request, options: options)
            },
            sourceLocation: sourceLocation
        )
    }
}
