import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

@Suite(.oneAtATime) struct CallStormTests {
    private func run(seed: UInt64) throws -> (tally: Tally<CallStorm.Event>, trace: [String]) {
        let simulation = Simulation(seed: seed)
        let tally = try simulation.run { simulation in
            let storm = CallStorm(
                runtime: simulation.runtime,
                random: SeededRandomSource(seed: seed),
                unit: .milliseconds(1),
                isExact: true,
                start: { simulation.start($0) },
                note: { simulation.note($0) }
            )
            return try await storm.run()
        }
        try simulation.settleToNothing()
        return (tally, simulation.trace)
    }

    @Test func everyCallEndsInTimeAndLeavesNothingWhateverIsCancelledWhen() throws {
        var tally = Tally<CallStorm.Event>()
        for seed in Simulation.seeds(2500) { tally += try run(seed: seed).tally }
        guard !Simulation.isRerun else { return }
        for (index, count) in tally.all.enumerated() {
            #expect(count >= 200, "interleaving \(index) of \(tally)")
        }
    }

    @Test func theSameSeedGivesTheSameTrace() throws {
        var traces: Set<[String]> = []
        for seed in Simulation.seeds(100) {
            let first = try run(seed: seed).trace
            #expect(try run(seed: seed).trace == first, "seed \(seed)")
            traces.insert(first)
        }
        #expect(traces.count > 90 || Simulation.isRerun)
    }

    @Test(.timeLimit(.minutes(15)))
    func theSameHoldsOnTheOrdinaryThreadPool() async throws {
        let runtime = ClientRuntime()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<200 {
                group.addTask {
                    let storm = CallStorm(
                        runtime: runtime,
                        random: SeededRandomSource(seed: UInt64(seed)),
                        unit: .milliseconds(1),
                        isExact: false,
                        start: { operation in Task { try await operation() } }
                    )
                    _ = try await storm.run()
                }
            }
            try await group.waitForAll()
        }
        try await quiesce(runtime)
    }

    /// Gives the stragglers of deaf transports time to come back.
    private func quiesce(_ runtime: ClientRuntime) async throws {
        let timing = ClientRuntime()
        for _ in 0..<200 where runtime.liveTasks > 0 || runtime.liveTimers > 0 {
            let shot = OneShot<Void>()
            _ = timing.schedule(at: timing.now + .milliseconds(10)) { shot.resolve(.success(())) }
            try await shot.value()
        }
        #expect(runtime.liveTasks == 0)
        #expect(runtime.liveTimers == 0)
    }
}
