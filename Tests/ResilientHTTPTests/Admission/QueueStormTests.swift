import ResilientHTTP
import ResilientHTTPTesting
import Testing

@testable import class ResilientHTTP.PriorityQueue

@Suite(.oneAtATime) struct QueueStormTests {
    private func run(
        seed: UInt64,
        _ makeQueue: @escaping @Sendable (AdmissionConfiguration, ClientRuntime) throws -> any QueueUnderTest
    ) throws -> Tally<QueueStorm.Event> {
        let simulation = Simulation(seed: seed)
        let tally = try simulation.run { simulation in
            let storm = QueueStorm(
                runtime: simulation.runtime,
                random: SeededRandomSource(seed: seed),
                unit: .milliseconds(1),
                isExact: true,
                start: { simulation.start($0) },
                makeQueue: makeQueue
            )
            return try await storm.run()
        }
        try simulation.settleToNothing()
        return tally
    }

    @Test func theLimitIsKeptAndUsedAndNobodyIsForgottenWhateverIsCancelledWhen() throws {
        var tally = Tally<QueueStorm.Event>()
        for seed in Simulation.seeds(10_000) {
            tally += try run(seed: seed) { try PriorityQueue($0, runtime: $1) }
        }
        guard !Simulation.isRerun else { return }
        for (index, count) in tally.all.enumerated() {
            #expect(count >= 500, "interleaving \(index) of \(tally)")
        }
    }

    @Test(arguments: FlawedQueue.Flaw.allCases.filter { $0 != .none })
    func aQueueWithAFlawIsCaught(_ flaw: FlawedQueue.Flaw) throws {
        let caught = (0..<1000 as Range<UInt64>).first { seed in
            do {
                _ = try run(seed: seed) { Self.flawed($0, $1, flaw) }
                return false
            } catch {
                return true
            }
        }
        #expect(caught != nil, "\(flaw)")
    }

    /// What catches the others finds nothing in the same queue without a flaw.
    @Test func theSimpleQueueWithoutAFlawPasses() throws {
        for seed in 0..<1000 as Range<UInt64> {
            _ = try run(seed: seed) { Self.flawed($0, $1, .none) }
        }
    }

    /// The simple queue knows a fixed limit and refuses who comes last, and nothing else.
    private static func flawed(
        _ configuration: AdmissionConfiguration,
        _ runtime: ClientRuntime,
        _ flaw: FlawedQueue.Flaw
    ) -> FlawedQueue {
        var configuration = configuration
        if configuration.overflow == .wait { configuration.capacity = PriorityQueue.mostWaiting }
        return FlawedQueue(configuration, runtime: runtime, flaw: flaw)
    }

    @Test(.timeLimit(.minutes(15)))
    func theSameHoldsOnTheOrdinaryThreadPool() async throws {
        let runtime = ClientRuntime()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<300 as Range<UInt64> {
                group.addTask {
                    let storm = QueueStorm(
                        runtime: runtime,
                        random: SeededRandomSource(seed: seed),
                        unit: .milliseconds(1),
                        isExact: false,
                        start: { operation in Task { try await operation() } },
                        makeQueue: { try PriorityQueue($0, runtime: $1) }
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
