import ExampleSupport
import Foundation
import RealServers
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// The checks that take servers over TLS.
@Suite(.timeLimit(.minutes(1)))
struct SecureConformanceTests {
    private static let checks = TransportConformance.checks.filter { $0.takesSecureServers }

    @Test("without servers over TLS nothing is said of them, and the report gives the reason")
    func withoutServers() async {
        let server = MockConformanceServer()
        let report = await TransportConformance(server: server) { server.makeTransport() }.run(Self.checks)
        #expect(report.entries.count { $0.reason?.hasPrefix("the suite was not given a server") == true } == 4)
        #expect(report.failures.isEmpty && report.count(.passed) == 0, "\(report)")
    }

    /// Over servers that are none: what is played and what has arrived are made up.
    @Test("a transport that calls everybody, or opens a connection for each request, is found")
    func careless() async throws {
        let server = MockConformanceServer()
        let capabilities = TransportCapabilities(speaksHTTP2: true)
        let places: [ConformancePlace] = [.trusted, .http2, .unknownAuthority, .wrongHost, .expired]
        let secure = SecureConformanceServers(Dictionary(uniqueKeysWithValues: places.map { ($0, server.url) })) {
            await server.received(under: $0).enumerated().map { number, request in
                ConformanceRequest(
                    method: request.method,
                    target: request.target,
                    headers: request.headers,
                    body: request.body,
                    isComplete: request.isComplete,
                    connection: number,
                    protocolName: "h3"
                )
            }
        }
        let report = await TransportConformance(server: server, secure: secure) {
            FlawedTransport(server.makeTransport(), capabilities: capabilities)
        }.run(Self.checks)
        #expect(report.failures.map(\.check) == Self.checks.map(\.id), "\(report)")
        #expect(report.description.contains("saw      33\n"))
    }

    #if os(Linux)
    @Test(
        "URLSessionTransport conforms over TLS and HTTP/2",
        .enabled(if: RealServers.missing == nil, "\(RealServers.missing ?? "")"),
        .enabled(if: RealServers.hasNamespaces, "mount namespaces are not allowed here")
    )
    func urlSession() async throws {
        let run = try await ProgramRun.run(
            URL(fileURLWithPath: "/usr/bin/unshare"),
            ["--map-root-user", "--mount", ProgramRun.location(of: "SecureURLSession").path],
            showsErrors: true,
            limit: 50
        )
        let report = try JSONDecoder().decode(ConformanceReport.self, from: run.output)
        #expect(report.entries.map(\.check) == Self.checks.map(\.id))
        #expect(report.entries.allSatisfy { $0.outcome == .passed }, "\(report)")
    }

    /// What the program writes; see there.
    private struct Silence: Codable {
        var statuses: [Int] = []
        var attempts: [Int] = []
        var (connections, others) = (0, 0)
        var versions: Set<String> = []
    }

    @Test(
        "An HTTP/2 connection that has fallen silent is left after one timeout, and other hosts keep theirs",
        .enabled(if: RealServers.missing == nil, "\(RealServers.missing ?? "")"),
        .enabled(if: RealServers.hasNamespaces, "mount namespaces are not allowed here")
    )
    func silence() async throws {
        let run = try await ProgramRun.run(
            URL(fileURLWithPath: "/usr/bin/unshare"),
            ["--map-root-user", "--mount", ProgramRun.location(of: "SecureURLSession").path, "silence"],
            showsErrors: true,
            limit: 50
        )
        let report = try JSONDecoder().decode(Silence.self, from: run.output)
        #expect(report.statuses == Array(repeating: 200, count: 20))
        #expect(report.attempts == Array(repeating: 2, count: 10) + Array(repeating: 1, count: 10))
        #expect(report.connections >= 2 && report.others == 1)
        #expect(report.versions == ["HTTP/2.0"])
    }

    /// What the program writes; see there.
    private struct Keys: Codable {
        var afterCurl = 0
        var afterURLSession = 0
        var statuses: [Int] = []
    }

    @Test(
        "With SSLKEYLOGFILE in the environment CurlTransport writes no keys, and URLSession does",
        .enabled(if: RealServers.missing == nil, "\(RealServers.missing ?? "")"),
        .enabled(if: RealServers.hasNamespaces, "mount namespaces are not allowed here")
    )
    func keys() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let program = try ProgramRun.location(of: "SecureURLSession").path
        let run = try await ProgramRun.run(
            URL(fileURLWithPath: "/usr/bin/unshare"),
            ["--map-root-user", "--mount", "/usr/bin/env", "SSLKEYLOGFILE=\(file.path)", program, "keys"],
            showsErrors: true,
            limit: 50
        )
        let report = try JSONDecoder().decode(Keys.self, from: run.output)
        #expect(report.statuses == [200, 200])
        #expect(report.afterCurl == 0)
        #expect(report.afterURLSession > 0)
    }
    #endif
}
