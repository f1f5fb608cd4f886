#if os(Linux)
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport

@testable import ResilientCurl

typealias CurlHarness = SocketHarness

extension SocketHarness {
    /// Over a CurlTransport, whatever the environment names.
    static func run(
        _ configuration: CurlConfiguration = CurlConfiguration(),
        client: Configuration = .passthrough,
        server: FaultServer.Configuration = .init(),
        library: CurlLibrary? = nil,
        _ body: (SocketHarness) async throws -> Void
    ) async throws {
        let library = try library ?? CurlLibrary.loaded.get()
        let transport = try CurlTransport(configuration, library: library)
        try await run(over: transport, client: client, server: server, body)
    }
}
#endif
