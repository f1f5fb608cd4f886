import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// The transports of this package do what every transport has to do.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ConformingTransportsTests {
    @Test("MockTransport conforms", arguments: TransportConformance.checks)
    func mock(_ check: TransportConformance.Check) async throws {
        let server = MockConformanceServer()
        try await TransportConformance(server: server) { server.makeTransport() }.verify(check)
    }

    @Test("URLSessionTransport conforms", arguments: TransportConformance.checks)
    func urlSession(_ check: TransportConformance.Check) async throws {
        try await FaultConformanceServer.withServer { server in
            let conformance = TransportConformance(server: server, exemptions: .urlSession) { URLSessionTransport() }
            try await conformance.verify(check)
        }
    }
}
