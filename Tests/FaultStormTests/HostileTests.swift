import ExampleSupport
import Foundation
import Testing

@testable import FaultStorm

/// The campaign of hostile responses: what it is made of, and a short one.
struct HostileTests {
    @Test func theSameSeedMakesTheSameResponses() {
        for number in 0..<200 {
            let (one, other) = (HostileResponse(seed: 7, number: number), HostileResponse(seed: 7, number: number))
            #expect(one.bytes == other.bytes && one.body == other.body && one.closes == other.closes)
        }
    }

    @Test func everyDamageIsDone() {
        let all = Set((0..<2_000).map { HostileResponse(seed: 1, number: $0).damage })
        #expect(all.count == HostileResponse.Damage.allCases.count)
    }

    @Test func aMarkIsFoundWholeOrNotAtAll() {
        let mark = HostileMark(number: 12, seed: 3)
        #expect(HostileMark.all(in: "a\(mark.text)b<id:1:2>", seed: 3) == [mark])
        #expect(HostileMark.all(in: mark.text, seed: 4).isEmpty)
        #expect(HostileMark.all(in: String(mark.text.dropLast()), seed: 3).isEmpty)
    }

    #if os(Linux)
    @Test(.timeLimit(.minutes(2))) func aShortCampaignPasses() async throws {
        let arguments = ["--hostile", "3000", "--transport", "curl", "--seed", "1", "--json"]
        let run = try await ProgramRun.run(built: "FaultStorm", arguments)
        #expect(!run.wasKilled, "signal \(run.status)")
        let report = try JSONText.decode(HostileReport.self, from: run.output)
        #expect(report.passed, "\(report.examples)")
        #expect(report.answered > 500)
    }
    #endif
}
