import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import XCTest

/// How to test a transport of one's own: run it through the suite that every transport has to pass.
final class OwnTransportConformanceTests: XCTestCase {
    /// A transport that adds something to another one, here a count of the requests of each host.
    private struct CountingTransport: Transport {
        let base: any Transport
        var capabilities: TransportCapabilities { base.capabilities }

        func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
            // … count …
            try await base.send(request, context: context)
        }

        func shutdown() async { await base.shutdown() }
    }

    /// Over a real server of this machine, all checks, and a table when something fails.
    func testMyTransportConforms() async throws {
        let report = try await FaultConformanceServer.withServer { server in
            // URLSession on Linux has defects that nobody can mend; the report names them.
            let conformance = TransportConformance(server: server, exemptions: .urlSession) {
                CountingTransport(base: URLSessionTransport())
            }
            return await conformance.run()
        }
        XCTAssertTrue(report.failures.isEmpty, "\(report)")
        XCTAssertEqual(report.entries.count, TransportConformance.checks.count)
    }

    /// One by one, so that each failure stands for itself.
    func testMyTransportConformsOverAMock() async {
        let server = MockConformanceServer()
        let conformance = TransportConformance(server: server) { CountingTransport(base: server.makeTransport()) }
        for check in TransportConformance.checks {
            do {
                try await conformance.verify(check)
            } catch {
                XCTFail("\(error)")
            }
        }
    }
}
