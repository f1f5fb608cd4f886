import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct ConformanceReportTests {
    @Test("every check has a name of its own in snake_case, a title and a requirement")
    func names() {
        let ids = TransportConformance.checks.map(\.id)
        #expect(Set(ids).count == ids.count)
        for check in TransportConformance.checks {
            #expect(check.id.wholeMatch(of: /[a-z0-9]+(_[a-z0-9]+)*/) != nil, "\(check)")
            #expect(!check.title.isEmpty && !check.requirement.isEmpty)
            #expect("\(check)" == check.id)
        }
    }

    @Test("every capability has a check")
    func capabilities() throws {
        let data = try JSONEncoder().encode(TransportCapabilities())
        let names = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Bool]).keys
        let checked = Set(TransportConformance.checks.compactMap { $0.requires?.description })
        #expect(checked == Set(names))
    }

    @Test("a report is JSON and comes back, and says of every check how it ended")
    func json() async throws {
        let report = await Self.report()
        let data = try JSONEncoder().encode(report)
        let copy = try JSONDecoder().decode(ConformanceReport.self, from: data)
        #expect(copy.entries.map(\.outcome) == [.passed, .failed, .declaredAbsent, .notChecked, .notChecked])
        #expect(copy.failures == report.failures)
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains(#""outcome":"declared_absent""#) && text.contains(#""checked_instead":"#))
    }

    @Test("the table names what is absent, what was looked at instead, and why nothing was")
    func table() async {
        let text = await Self.report().description
        #expect(text.contains("no_cookies              passed"))
        #expect(text.contains("no_cache                FAILED\n    expected the second body: second"), "\(text)")
        #expect(text.contains("declared absent: hasConnectTimeout, checked instead: "))
        #expect(
            text.contains("connections_are_reused  not checked here: MockConformanceServer cannot observe connections")
        )
        #expect(text.contains("post_is_sent_once       not checked here: it costs money"))
        #expect(text.hasSuffix("1 passed, 1 failed, 1 declared absent, 2 not checked"))
    }

    @Test("a failure says what was expected, what was seen and where that is written")
    func failure() async throws {
        let failure = try #require(await Self.report().failures.first)
        #expect("\(failure)".hasPrefix("no_cache: expected the second body: second, saw first\n"))
        #expect("\(failure)".hasSuffix("The cache is a stage."))
    }

    @Test("a suite that is cancelled says so and blames nobody")
    func cancelled() async throws {
        let server = MockConformanceServer()
        let conformance = TransportConformance(server: server) { server.makeTransport() }
        let check = try #require(TransportConformance.checks.first { $0.id == "no_deadline_no_end" })
        let task = Task { try await conformance.verify(check) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let other = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await conformance.run([check])
        }
        #expect(await other.value.entries.map(\.outcome) == [.notChecked])
    }

    private static func report() async -> ConformanceReport {
        let server = MockConformanceServer()
        let exemptions = [TransportConformance.Exemption(check: "post_is_sent_once", reason: "it costs money")]
        let cached = Defect.all.first { $0.description == "caches" }
        let conformance = TransportConformance(server: server, exemptions: exemptions) {
            cached?.make(server.makeTransport()) ?? FlawedTransport(server.makeTransport())
        }
        let ids = ["no_cookies", "no_cache", "connect_timeout", "post_is_sent_once", "connections_are_reused"]
        let checks = ids.compactMap { id in TransportConformance.checks.first { $0.id == id } }
        return await conformance.run(checks)
    }
}
