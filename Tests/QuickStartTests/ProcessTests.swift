import ExampleSupport
import Foundation
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import QuickStart

/// The program as a shell sees it. In a process of its own, because bare URLSession is part of the run.
@Suite struct ProcessTests {
    private func quickStart(_ arguments: [String]) async throws -> ProgramRun {
        try await ProgramRun.run(built: "QuickStart", arguments + LiveTransport.arguments)
    }

    @Test(.timeLimit(.minutes(2)))
    func withRetriesEverythingRecoverableIsRecovered() async throws {
        let run = try await quickStart(["--requests", "40", "--seed", "5", "--json"])
        let report = try run.report()
        #expect(run.status == ExitCode.success.rawValue, "\(report.problems)")
        #expect(report.passed)
        #expect(report.scenarios.count >= 8)
        for scenario in report.scenarios {
            #expect(scenario.resilient.recovered == scenario.recoverable, "\(scenario.name)")
            #expect(scenario.resilient.duplicates == 0, "\(scenario.name)")
        }
        let recoverable = report.scenarios.reduce(0) { $0 + ($1.recoverable ?? 0) }
        let bare = report.scenarios.reduce(0) { $0 + $1.bare.recovered }
        #expect(Double(bare) < 0.9 * Double(recoverable), "the comparison shows nothing")
        let outage = try #require(report.outage)
        #expect(outage.bare.requestsToIllServer >= outage.calls / 2)
        #expect(outage.withBreaker.failures["circuit_open", default: 0] > outage.calls / 2)
        #expect(outage.withoutBreaker.failures["circuit_open"] == nil)
        let crowd = try #require(report.crowd)
        #expect(crowd[.bare, .first]?.requests == crowd.calls)
        #expect(crowd[.cached, .again]?.requests == 0)
        #expect(crowd[.deduplicated, .down]?.served == 0)
        #expect(crowd[.cached, .down]?.served == crowd.calls)
    }

    @Test(.timeLimit(.minutes(2)))
    func withoutRetriesTheCheckFails() async throws {
        let run = try await quickStart(["--requests", "20", "--seed", "5", "--no-retry", "--json"])
        #expect(run.status == ExitCode.failure.rawValue)
        let problems = try run.report().problems
        for name in ["connection reset", "503, then recovery", "truncated body", "restarts"] {
            #expect(problems.contains { $0.hasPrefix("\(name): ") && $0.contains("recoverable requests failed") })
        }
        // Even then nothing is done twice.
        #expect(!problems.contains { $0.contains("twice") })
    }

    @Test func aServerOfTheUsersOwnGetsGETs() async throws {
        try await FaultServer.withServer { server in
            server.script("/health", [.ok("well")])
            let run = try await quickStart(["--url", "\(server.url)/health", "--requests", "20", "--json"])
            let report = try run.report()
            #expect(run.status == 0)
            #expect(report.scenarios.map(\.resilient.recovered) == [20])
            #expect(report.outage == nil && report.crowd == nil)
            #expect(report.scenarios.allSatisfy { $0.resilient.duplicates == nil && $0.recoverable == nil })
            #expect(server.completeRequests(path: "/health") == 40)
            #expect(server.requests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test func aServerThatIsNotThereIsAFailure() async throws {
        // Nothing listens at port 1; a port that was just given back might be taken by another test's server.
        let run = try await quickStart(["--url", "http://127.0.0.1:1", "--requests", "1", "--json"])
        #expect(run.status == ExitCode.failure.rawValue)
        #expect(try run.report().problems == ["your server: no request succeeded (1 × connect_failed)"])
    }

    @Test func aMistakeOnTheCommandLineIs64() async throws {
        let run = try await quickStart(["--requests", "none"])
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
    }

    @Test func helpNamesEveryOption() async throws {
        let run = try await quickStart(["--help"])
        #expect(run.status == 0)
        for option in ["--requests", "--seed", "--url", "--json", "--no-retry", "outage", "crowd"] {
            #expect(String(decoding: run.output, as: UTF8.self).contains(option))
        }
    }
}

extension ProgramRun {
    fileprivate func report() throws -> Report {
        try JSONText.decode(Report.self, from: output)
    }
}
