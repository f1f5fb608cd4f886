import ExampleSupport
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

@testable import FaultStorm

/// The program as a shell sees it, in a process of its own: a storm may end it.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProcessTests {
    private func storm(_ arguments: [String]) async throws -> (run: ProgramRun, report: StormReport) {
        let run = try await ProgramRun.run(built: "FaultStorm", arguments + ["--json"])
        #expect(!run.wasKilled, "signal \(run.status)")
        return (run, try JSONText.decode(StormReport.self, from: run.output))
    }

    @Test(arguments: [0, 20, 100])
    func aSmallStormPasses(streams: Int) async throws {
        let arguments = ["--requests", "600", "--seed", "3", "--streams", "\(streams)"]
        let (run, report) = try await storm(arguments + LiveTransport.arguments)
        #expect(run.status == ExitCode.success.rawValue, "\(report.problems)")
        #expect(report.problems.isEmpty)
        #expect(report.behaviours.reduce(0) { $0 + $1.ended } == 600)
        #expect(report.behaviours.allSatisfy { $0.hits > 0 })
        #expect(report.behaviours.contains { $0.cancelled > 0 })
        #expect(report.behaviours.contains { $0.dropped > 0 } == (streams > 0))
        let streamed = report.behaviours.reduce(0) { $0 + $1.streamed }
        #expect(streams == 20 ? (80...160).contains(streamed) : streamed == 6 * streams)
    }

    /// What the catalogue says of URLSession is what URLSession does: at least once in three calls, because neighbours
    /// on a kept connection may suffer from a behaviour, and a loaded machine may be late.
    @Test func theCatalogueTellsTheTruth() async throws {
        let survivable = FaultServer.Behaviour.catalogue.filter(\.isSurvivableByURLSession)
        let (_, report) = try await storm([
            "--requests", "\(3 * survivable.count)", "--in-flight", "12", "--no-cancel",
            "--streams", "0",
        ])
        #expect(report.behaviours.map(\.name) == survivable.map(\.name))
        for (entry, tally) in zip(survivable, report.behaviours) {
            if ["early_answer_resets", "reset_on_accept"].contains(entry.name) {
                // Whether curl sees the RST before the answer, or before it has connected, is chance.
                let reset = ["connect_failed", "connection_lost"].reduce(0) { $0 + (tally.failed[$1] ?? 0) }
                #expect(tally.answered + reset > 0, "\(entry.name): \(tally)")
            } else if let code = entry.onURLSession.errorCode {
                #expect(tally.failed[code.rawValue] ?? 0 > 0, "\(entry.name): \(tally)")
            } else if entry.onURLSession.answer.map({ $0.bytes > StormLimits.responseBytes }) ?? false {
                #expect(tally.failed["response_too_large"] ?? 0 > 0, "\(entry.name): \(tally)")
            } else {
                #expect(tally.answered > 0, "\(entry.name): \(tally)")
            }
            #expect(tally.mismatches == 0 && tally.unexpected == 0, "\(entry.name): \(tally)")
        }
    }

    @Test func bareURLSessionGoesThroughTheSameStorm() async throws {
        let (run, report) = try await storm([
            "--bare", "--requests", "200", "--behaviours", "ok,random_body,truncated_body",
        ])
        #expect(run.status == ExitCode.success.rawValue, "\(report.problems)")
        #expect(report.client == "bare URLSession")
        #expect(report.behaviours.map { $0.answered > 0 } == [true, true, false])
    }

    @Test func helpAndListNameEverything() async throws {
        let help = try await ProgramRun.run(built: "FaultStorm", ["--help"])
        #expect(help.status == 0)
        for option in ["--transport", "--requests", "--seed", "--in-flight", "--behaviours", "--bare", "--compare"] {
            #expect(String(decoding: help.output, as: UTF8.self).contains(option))
        }
        let list = try await ProgramRun.run(built: "FaultStorm", ["--list"])
        let text = String(decoding: list.output, as: UTF8.self)
        #expect(FaultServer.Behaviour.catalogue.allSatisfy { text.contains($0.documentationRow) })
    }

    @Test func aMistakeOnTheCommandLineIs64() async throws {
        let run = try await ProgramRun.run(built: "FaultStorm", ["--requests", "none"])
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
    }
}
