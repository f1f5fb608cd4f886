#if os(Linux)
import RealServers
import ResilientCurl
import ResilientHTTPTesting
import Testing

extension OverCurl {
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct SecureConformanceTests {
        @Test(arguments: TransportConformance.checks.filter { $0.takesSecureServers })
        func conforms(_ check: TransportConformance.Check) async throws {
            let configuration = try CurlConfiguration.trusting()
            let ready = try CurlTransport(configuration)
            await ready.shutdown()
            try await NginxServer.conformance { secure in
                let entry = try await FaultConformanceServer.withServer { server in
                    try await TransportConformance(server: server, secure: secure) {
                        // It was possible a moment ago.
                        (try? CurlTransport(configuration)) ?? ready
                    }.verify(check)
                }
                #expect(entry.outcome == .passed, "\(entry)")
            }
        }
    }
}
#endif
