import Foundation
import ResilientHTTPTesting
import Testing

@testable import FaultStorm

@Suite struct StormPlanTests {
    private func plan(seed: UInt64 = 1, cancels: Bool = true, streamed: Double = 0.2) -> StormPlan {
        let entries = FaultServer.Behaviour.catalogue.filter(\.isSurvivableByURLSession)
        return StormPlan(
            entries: entries,
            seed: seed,
            cancels: cancels,
            streamedShare: streamed,
            ports: entries.map { _ in 80 }
        )
    }

    @Test func everyBehaviourComesEquallyOften() {
        let plan = plan()
        var counts = [Int](repeating: 0, count: plan.entries.count)
        for number in 0..<plan.entries.count * 5 { counts[plan.behaviour(of: number)] += 1 }
        #expect(Set(counts) == [5])
    }

    @Test func aStormOfFiftyThousandMeetsEachFiveHundredTimes() {
        #expect(50_000 / plan().entries.count > Verdict.leastHits(50_000, behaviours: plan().entries.count))
        #expect(Verdict.leastHits(50_000, behaviours: plan().entries.count) == 500)
    }

    @Test func aSeedGivesOneStorm() {
        func storm(_ seed: UInt64) -> [Int] { (0..<300).map(plan(seed: seed).behaviour) }
        #expect(storm(1) == storm(1))
        #expect(storm(1) != storm(2))
    }

    @Test func aShareIsCancelled() {
        let cancelled = (0..<5_000).compactMap { [plan = plan()] in plan.call($0).cancelAfter }
        #expect((180...320).contains(cancelled.count))
        #expect(cancelled.allSatisfy { $0 >= .zero && $0 < .seconds(StormPlan.longestInterest) })
        #expect((0..<1_000).allSatisfy { plan(cancels: false).call($0).cancelAfter == nil })
    }

    @Test func aFifthIsReadAsItArrivesAndAQuarterOfThatDropped() {
        let readings = (0..<5_000).compactMap { [plan = plan()] in plan.call($0).reading }
        #expect((900...1_100).contains(readings.count))
        let drops = readings.compactMap(\.dropAfter)
        #expect((200...300).contains(drops.count))
        #expect(Set(drops) == Set(0..<Int(StormPlan.mostPieces)))
        let pauses = readings.prefix(100).flatMap { reading in (1...80).compactMap(reading.pause) }
        #expect((800...1_200).contains(pauses.count))
        #expect(pauses.allSatisfy { $0 >= .zero && $0 < .seconds(StreamReading.longestPause) })
        #expect((0..<1_000).allSatisfy { plan(streamed: 0).call($0).reading == nil })
        #expect((0..<1_000).allSatisfy { plan(streamed: 1).call($0).reading != nil })
    }

    @Test func pathsNameTheBehaviour() {
        let call = plan().call(17)
        #expect(call.url.path == "/\(plan().entries[call.behaviour].name)/17")
    }
}
