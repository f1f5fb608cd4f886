import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// Each defect is found by the checks that are about it, and troubles no other.
@Suite(.timeLimit(.minutes(3)))
struct BrokenTransportsTests {
    @Test("a defect is found by its checks and by no others", arguments: Defect.all)
    func defects(_ defect: Defect) async {
        let server = MockConformanceServer()
        let report = await TransportConformance(server: server) { defect.make(server.makeTransport()) }.run()
        LeakedDescriptors.close()
        #expect(Set(report.failures.map(\.check)) == defect.finders, "\(report)")
        #expect(report.entries.count == TransportConformance.checks.count)
    }

    @Test("a transport that never answers fails its checks and holds up nobody")
    func hanging() async throws {
        let server = MockConformanceServer()
        let conformance = TransportConformance(server: server, slack: .milliseconds(50), bound: .milliseconds(100)) {
            FlawedTransport(server.makeTransport()) { _, _, _ in
                // Deaf to everything: the task that waits here is not cancelled with its caller.
                try await Task { try await Task.sleep(for: .seconds(3600)) }.value
                return ClientResponse(status: 200)
            }
        }
        let ids = ["method_as_sent", "every_status_is_an_answer", "connection_refused", "no_cache"]
        let report = await conformance.run(TransportConformance.checks.filter { ids.contains($0.id) })
        #expect(report.failures.map(\.check) == ids)
        #expect(report.failures.allSatisfy { $0.seen == "the check still hangs" })
    }

    @Test("a transport that promises nothing is looked at for what it does instead")
    func promisesNothing() async {
        let server = MockConformanceServer()
        let report = await TransportConformance(server: server) {
            FlawedTransport(server.makeTransport(), capabilities: TransportCapabilities()) { request, context, base in
                if request.url.absoluteString.contains("[") {
                    throw ResilientError(.unsupported, "no IPv6 here", reachedServer: .no)
                }
                return try await base.send(request, context: context)
            }
        }.run()
        #expect(report.failures.isEmpty, "\(report)")
        let gated = TransportConformance.checks.filter { $0.requires != nil }
        let absent = report.entries.filter { $0.capability != nil }
        #expect(absent.map(\.check) == gated.map(\.id))
        #expect(absent.allSatisfy { $0.checkedInstead?.isEmpty == false })
    }

    @Test("a transport without a promise may still not send a part of a stream")
    func cutsUploads() async throws {
        let server = MockConformanceServer()
        let conformance = TransportConformance(server: server) {
            FlawedTransport(server.makeTransport(), capabilities: TransportCapabilities()) { request, context, base in
                var request = request
                if !request.body.isEmpty { request.body = .bytes(try await request.body.collect().prefix(1_000)) }
                return try await base.send(request, context: context)
            }
        }
        let check = try #require(TransportConformance.checks.first { $0.id == "upload_streams" })
        let failure = try await #require(throws: ConformanceFailure.self) { try await conformance.verify(check) }
        #expect(failure.check == "upload_streams")
        #expect(failure.seen.contains("1000 bytes"), "\(failure)")
    }

    @Test("over sockets: a new session for every request is no reuse of connections")
    func newSessions() async throws {
        try await FaultConformanceServer.withServer { server in
            let conformance = TransportConformance(server: server, exemptions: .urlSession) {
                FlawedTransport(URLSessionTransport()) { request, context, _ in
                    let fresh = URLSessionTransport()
                    let response = try await fresh.send(request, context: context)
                    await fresh.shutdown()
                    return response
                }
            }
            let ids = ["connections_are_reused", "bodies_of_a_length", "post_is_sent_once", "header_values_as_sent"]
            let report = await conformance.run(TransportConformance.checks.filter { ids.contains($0.id) })
            #expect(report.failures.map(\.check) == ["connections_are_reused"], "\(report)")
        }
    }
}
