#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import SocketSupport
import Testing

@testable import ResilientCurl

/// A CurlTransport behind a client without stages, and a frame server behind TLS that it calls.
struct HTTP2Harness: Sendable {
    let server: FrameServer
    let secure: SecureClient
    let url: URL

    /// Makes them, runs `body`, shuts all down, and checks that no connection, task or timer is left.
    static func run(
        _ habits: FrameServer.Habits = .init(),
        client configuration: Configuration = .passthrough,
        library: CurlLibrary? = nil,
        _ body: (HTTP2Harness) async throws -> Void
    ) async throws {
        try await FrameServer.run(habits) { server in
            try await TLSTerminator.run(port: server.port, alpn: "h2") { url in
                try await SecureClient.run(client: configuration, library: library) { secure in
                    try await body(HTTP2Harness(server: server, secure: secure, url: url))
                }
                // While the terminator is there, it closes only what the client has closed.
                try await CurlHarness.until("no connection is left") { server.open == 0 }
            }
        }
    }

    func request(
        _ method: ClientRequest.Method = .get,
        _ path: String,
        key: String = "",
        body: RequestBody = .empty
    ) -> ClientRequest {
        let headers: HeaderFields = key.isEmpty ? [:] : [Self.key: key]
        return ClientRequest(method: method, url: url.appending(path: path), headers: headers, body: body)
    }

    func send(
        _ method: ClientRequest.Method = .get,
        _ path: String,
        key: String = "",
        body: RequestBody = .empty,
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await secure.client.send(request(method, path, key: key, body: body), options: options)
    }

    private static let key = HeaderFields.Name(constant: "X-Request-Key")
}
#endif
