import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite(.oneAtATime) struct FlightStormTests {
    private func run(seed: UInt64, _ substitute: (any Middleware)? = nil) throws -> Tally<FlightStorm.Event> {
        let simulation = Simulation(seed: seed)
        let tally = try simulation.run { simulation in
            let storm = FlightStorm(
                runtime: simulation.runtime,
                random: SeededRandomSource(seed: seed),
                unit: .milliseconds(1),
                isExact: true,
                start: { simulation.start($0) },
                substitute: substitute
            )
            return try await storm.run()
        }
        try simulation.settleToNothing()
        return tally
    }

    @Test func everyCallGetsItsOwnAnswerOnceWhoeverLeavesWhen() throws {
        var tally = Tally<FlightStorm.Event>()
        for seed in Simulation.seeds(10_000) { tally += try run(seed: seed) }
        guard !Simulation.isRerun else { return }
        for (index, count) in tally.all.enumerated() {
            #expect(count >= 500, "interleaving \(index) of \(tally)")
        }
    }

    @Test(.enabled(if: !Simulation.isRerun), arguments: FlawedDeduplication.Flaw.allCases.filter { $0 != .none })
    func aFlawIsCaughtWithinAThousandSchedules(_ flaw: FlawedDeduplication.Flaw) throws {
        let caught = (0..<1000 as Range<UInt64>).first { seed in
            do {
                _ = try run(seed: seed, FlawedDeduplication(flaw))
                return false
            } catch {
                return true
            }
        }
        #expect(caught != nil, "\(flaw)")
    }

    /// What catches the others finds nothing in the same stage without a flaw.
    @Test func theSimpleStageWithoutAFlawPasses() throws {
        for seed in 0..<1000 as Range<UInt64> { _ = try run(seed: seed, FlawedDeduplication(.none)) }
    }

    @Test(.timeLimit(.minutes(15)))
    func theSameHoldsOnTheOrdinaryThreadPool() async throws {
        let runtime = ClientRuntime()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<300 as Range<UInt64> {
                group.addTask {
                    let storm = FlightStorm(
                        runtime: runtime,
                        random: SeededRandomSource(seed: seed),
                        unit: .milliseconds(1),
                        isExact: false,
                        start: { operation in Task { try await operation() } },
                        substitute: nil
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
