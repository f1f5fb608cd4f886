import CacheTestSuite
import Foundation
import ResilientHTTPTesting
import Testing

/// The cache tests of http-tests.com through the probe, over real sockets: what comes of them is what comes of them in
/// process, but for what the transport does not let through.
@Suite(.oracles, .timeLimit(.minutes(5)))
struct CacheTestsOverSockets {
    /// The time of day at which a manual clock of the probe begins.
    private static let start: Int64 = 1_767_225_600

    #if canImport(Glibc) || canImport(Musl)
    private static let transports = ["urlsession", "curl"]
    #else
    private static let transports = ["urlsession"]
    #endif

    /// Tests of one process. A clock moves on when nothing has come over the wire for a moment, and all sessions of a process
    /// share a queue: with all tests at once a slow machine would move clocks too soon.
    private static let atOnce = 50

    @Test(arguments: transports)
    func theFiguresAreThoseOfTheSuiteInProcess(transport: String) async throws {
        let catalogue = try CacheTestCatalogue(folder: #require(Oracles.folder))
        let plans = catalogue.tests.map { CacheTestPlan($0, start: Self.start) }
        let origins = Dictionary(uniqueKeysWithValues: plans.map { ($0.test.id, CacheTestOrigin($0)) })
        let verdicts = try await FaultServer.withServer { server in
            let origin = SocketOrigin(origins)
            server.setHandler { origin.behaviour(for: $0) }
            var verdicts: [String: CacheTestVerdict] = [:]
            for start in stride(from: 0, to: plans.count, by: Self.atOnce) {
                let some = Array(plans[start..<min(start + Self.atOnce, plans.count)])
                let run = try await ProbeRun.run(
                    some.enumerated().flatMap { Self.lines($1, $0, server.url, transport) }
                )
                #expect(run.status == 0)
                for (number, plan) in some.enumerated() {
                    let results = try plan.steps.indices.map { try Self.result(run.answer(Self.id(number, $0))) }
                    verdicts[plan.test.id] = try CacheTestChecker(plan.test).verdict(
                        results,
                        #require(origins[plan.test.id])
                    )
                }
            }
            return verdicts
        }
        let score = CacheTestScore(catalogue, verdicts)
        print("\(transport):\n\(score.table)")
        let failures = score.failures(kind: "required").merging(score.failures(kind: "optimal")) { first, _ in first }
        let known = Set(KnownDifferences.reasons.keys).union((TransportDifferences.reasons[transport] ?? [:]).keys)
        for (name, reason) in failures.sorted(by: { $0.key < $1.key }) where !known.contains(name) {
            print("\(name): \(reason)")
        }
        #expect(Set(failures.keys) == known)
    }

    private static func id(_ test: Int, _ step: Int) -> Int { test * 100 + step }

    /// The requests of a test, and the moves of its clock between them: one of no time lets the answer come first.
    private static func lines(
        _ plan: CacheTestPlan,
        _ number: Int,
        _ server: URL,
        _ transport: String
    ) -> [[String: Any]] {
        var lines: [[String: Any]] = []
        for (index, step) in plan.steps.enumerated() {
            var line: [String: Any] = [
                "id": id(number, index), "client": plan.test.id, "method": step.method,
                "url": "http://\(server.host() ?? ""):\(server.port ?? 0)\(step.target)",
                "headers": step.headers.map { [$0.name, $0.value] },
            ]
            if index == 0 { line["config"] = ["preset": "cache", "clock": "manual", "transport": transport] }
            if let body = step.body { line["body"] = body }
            if step.cacheMode == "no-cache" { line["options"] = ["cache": "revalidate"] }
            lines.append(line)
            lines.append([
                "op": "advance", "client": plan.test.id, "seconds": step.pauses ? CacheTestPlan.pause : 0,
            ])
        }
        return lines
    }

    private static func result(_ answer: [String: Any]) throws -> CacheTestResult {
        if let error = answer["error"] as? [String: Any] { return .failure("\(error)") }
        return .answer(
            status: try #require(answer["status"] as? Int),
            headers: try #require(answer["headers"] as? [[String]]).map { ($0[0], $0[1]) },
            body: try #require(answer["body"] as? String)
        )
    }
}
