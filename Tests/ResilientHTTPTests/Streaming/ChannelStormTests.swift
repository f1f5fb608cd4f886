import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite(.oneAtATime) struct ChannelStormTests {
    @Test func everyBodyEndsOnceAndNobodyGetsBytesThatWereNotWritten() throws {
        var tally: [String: Int] = [:]
        for seed in Simulation.seeds(6000) {
            let simulation = Simulation(seed: seed)
            let outcome = try simulation.run { simulation in
                let storm = ChannelStorm(
                    runtime: simulation.runtime,
                    random: SeededRandomSource(seed: seed),
                    unit: .milliseconds(1),
                    start: { simulation.start($0) }
                )
                return try await storm.run()
            }
            try simulation.settleToNothing()
            tally[outcome, default: 0] += 1
        }
        guard !Simulation.isRerun else { return }
        for outcome in ChannelStorm.outcomes {
            #expect(tally[outcome, default: 0] >= 100, "\(outcome) in \(tally)")
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func theSameHoldsOnTheOrdinaryThreadPool() async throws {
        let runtime = ClientRuntime()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<1000 {
                group.addTask {
                    let storm = ChannelStorm(
                        runtime: runtime,
                        random: SeededRandomSource(seed: UInt64(seed)),
                        unit: .microseconds(50),
                        start: { operation in Task { try await operation() } }
                    )
                    _ = try await storm.run()
                }
            }
            try await group.waitForAll()
        }
        #expect(runtime.liveTasks == 0)
        #expect(runtime.liveTimers == 0)
    }
}
