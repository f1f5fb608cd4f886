import Foundation
import ResilientHTTP
import Synchronization
import Testing

@testable import ResilientHTTPTesting

/// Each defect is found by the checks that are about it, and troubles no other.
@Suite(.timeLimit(.minutes(3)))
struct BrokenTransportsTests {
    @Test("a defect is found by its checks and by no others", arguments: Defect.groups)
    func defects(_ defects: [Defect]) async {
        for defect in defects {
            let server = MockConformanceServer()
            // Patient, because all tests of the process share the machine.
            let conformance = TransportConformance(server: server, slack: .seconds(8), bound: .seconds(40)) {
                defect.make(server.makeTransport())
            }
            let failures = await Self.failures(of: conformance)
            #expect(Set(failures.map(\.check)) == defect.finders, "\(defect): \(failures)")
        }
    }

    /// All checks at once: most of their time is waiting.
    private static func failures(of conformance: TransportConformance) async -> [ConformanceFailure] {
        await withTaskGroup(of: ConformanceFailure?.self) { group in
            for check in TransportConformance.checks {
                group.addTask {
                    do {
                        try await conformance.verify(check)
                        return nil
                    } catch {
                        return error as? ConformanceFailure
                    }
                }
            }
            return await group.reduce(into: []) { all, failure in
                if let failure { all.append(failure) }
            }
        }
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
        let ids = ["method_as_sent", "every_status_is_an_answer", "no_cache", "connection_refused"]
        let report = await conformance.run(TransportConformance.checks.filter { ids.contains($0.id) })
        #expect(report.failures.map(\.check) == ids)
        #expect(report.failures.allSatisfy { $0.seen == "the check still hangs" })
    }

    /// Counted are descriptors that are not really opened: other tests of this process count theirs.
    @Test("a transport that leaves a descriptor behind is found, one that opens some for a while is not")
    func leaks() async throws {
        let server = MockConformanceServer()
        let open = Atomic(100)
        let check = try #require(TransportConformance.checks.first { $0.id == "no_descriptor_leak" })
        for leaks in [true, false] {
            var conformance = TransportConformance(server: server) {
                FlawedTransport(server.makeTransport()) { request, context, base in
                    open.add(1, ordering: .relaxed)
                    defer { if !leaks { open.subtract(1, ordering: .relaxed) } }
                    return try await base.send(request, context: context)
                }
            }
            conformance.countDescriptors = { open.load(ordering: .relaxed) }
            let report = await conformance.run([check])
            #expect(report.failures.map(\.check) == (leaks ? [check.id] : []), "\(report)")
        }
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
