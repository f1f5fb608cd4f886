import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite(.oneAtATime) struct CacheStormTests {
    @Test func everybodyIsServedWhatIsTheirsAndNotTooOld() throws {
        var tally = Tally<CacheStormOrigin.Event>()
        for seed in Simulation.seeds(10_000) {
            let simulation = Simulation(seed: seed)
            tally += try simulation.run { try await CacheStorm($0, seed: seed).run() }
            try simulation.settleToNothing()
        }
        guard !Simulation.isRerun else { return }
        for (index, count) in tally.all.enumerated() {
            #expect(count >= 500, "event \(index) of \(tally)")
        }
    }
}
