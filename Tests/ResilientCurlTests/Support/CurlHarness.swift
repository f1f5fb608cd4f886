#if os(Linux)
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@testable import ResilientCurl

/// A CurlTransport behind a client without stages, and the server that it calls.
struct CurlHarness: Sendable {
    let server: FaultServer
    let client: ResilientClient
    let runtime: ClientRuntime

    /// Makes them, runs `body`, shuts client and server down, and checks that nothing is left of the runtime.
    static func run(
        _ configuration: CurlConfiguration = CurlConfiguration(),
        client clientConfiguration: Configuration = .passthrough,
        server serverConfiguration: FaultServer.Configuration = .init(),
        library: CurlLibrary? = nil,
        _ body: (CurlHarness) async throws -> Void
    ) async throws {
        let library = try library ?? CurlLibrary.loaded.get()
        try await FaultServer.withServer(serverConfiguration) { server in
            let runtime = ClientRuntime()
            let transport = try CurlTransport(configuration, library: library)
            let dependencies = Dependencies(transport: transport, runtime: runtime)
            try await withResilientClient(clientConfiguration, dependencies: dependencies) { client in
                try await body(CurlHarness(server: server, client: client, runtime: runtime))
            }
            // A cancelled body's task may be about to end.
            try await until("no task and no timer is left") { runtime.liveTasks == 0 && runtime.liveTimers == 0 }
        }
    }

    func request(
        _ method: ClientRequest.Method = .get,
        _ path: String = "/",
        headers: HeaderFields = [:],
        body: RequestBody = .empty
    ) -> ClientRequest {
        ClientRequest(method: method, url: server.url.appending(path: path), headers: headers, body: body)
    }

    func send(
        _ method: ClientRequest.Method = .get,
        _ path: String = "/",
        headers: HeaderFields = [:],
        body: RequestBody = .empty,
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await client.send(request(method, path, headers: headers, body: body), options: options)
    }

    /// The error of a request that must fail with one of ours.
    func failure(
        _ method: ClientRequest.Method = .get,
        _ path: String = "/",
        body: RequestBody = .empty,
        options: RequestOptions = RequestOptions(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ResilientError {
        try await failure(of: request(method, path, body: body), options: options, sourceLocation: sourceLocation)
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

    /// Lets others run until a condition holds, at most some seconds.
    static func until(_ what: Comment, _ condition: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(10)
        while !condition() {
            try #require(ContinuousClock.now < end, what)
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
#endif
