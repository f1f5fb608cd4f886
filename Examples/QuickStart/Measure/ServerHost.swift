import Foundation
import ResilientHTTPTesting

/// The embedded server of one run, which may go down and come back on the same port.
struct ServerHost {
    let url: URL
    private let requests: [PlannedRequest]
    private var server: FaultServer
    private var arrivals = Arrivals()

    init(_ requests: [PlannedRequest]) throws {
        self.requests = requests
        server = try Self.start(requests, port: nil)
        url = server.url
    }

    mutating func stop() async {
        await server.stop()
        arrivals.add(server)
    }

    mutating func restart() throws {
        server = try Self.start(requests, port: server.port)
    }

    /// Everything that arrived.
    mutating func end() async -> Arrivals {
        // What is still on its way may be the duplicate.
        try? await server.waitForNoConnections(timeout: .milliseconds(100))
        await stop()
        return arrivals
    }

    private static func start(_ requests: [PlannedRequest], port: Int?) throws -> FaultServer {
        var configuration = FaultServer.Configuration()
        configuration.port = port
        // Room for every attempt that either client can make.
        configuration.maximumRecordedRequests = 10 * requests.count + 1_000
        configuration.maximumRequestKeys = 10 * requests.count + 1_000
        let server = try FaultServer.start(configuration)
        server.setHandler { ScriptedServer.behaviour(for: $0, requests) }
        return server
    }
}
