import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

@Suite struct SimulationTests {
    private func trace(seed: UInt64) throws -> [String] {
        let simulation = Simulation(seed: seed)
        try simulation.run { simulation in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<5 {
                    group.addTask {
                        try await simulation.sleep(for: .milliseconds(simulation.random(below: 3)))
                        simulation.note("\(index)")
                        await Task.yield()
                        simulation.note("\(index) again")
                    }
                }
                try await group.waitForAll()
            }
        }
        return simulation.trace
    }

    @Test func theSameSeedGivesTheSameTraceAndOthersGiveOthers() throws {
        var traces: Set<[String]> = []
        for seed in 0..<50 as Range<UInt64> {
            let first = try trace(seed: seed)
            #expect(try trace(seed: seed) == first)
            traces.insert(first)
        }
        #expect(traces.count == 50)
    }

    @Test func timeMovesOnlyWhenNothingCanRun() throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { simulation in
            let start = simulation.clock.now
            let sleeper = simulation.start { try await simulation.sleep(for: .seconds(3600)) }
            for _ in 0..<100 { await Task.yield() }
            #expect(simulation.clock.now == start)
            try await sleeper.value
            #expect(simulation.clock.now == start + .seconds(3600))
            // The end of the shorter sleep, not of both in turn.
            async let long: Void = simulation.sleep(for: .seconds(10))
            async let short: Void = simulation.sleep(for: .seconds(4))
            _ = try await (long, short)
            #expect(simulation.clock.now == start + .seconds(3610))
        }
    }

    @Test func aSleepEndsWithItsTask() throws {
        try Simulation(seed: 1).run { simulation in
            let start = simulation.clock.now
            let sleeper = simulation.start { try await simulation.sleep(for: .seconds(10)) }
            try await simulation.sleep(for: .seconds(1))
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
            #expect(simulation.clock.now == start + .seconds(1))
            #expect(simulation.clock.pendingTimers == 0)
        }
    }

    @Test func aStallIsFoundAndTheFailureSaysHowToRunItAgain() throws {
        let simulation = Simulation(seed: 77)
        let failure = try #require(throws: SimulationFailure.self) {
            try simulation.run { simulation in
                simulation.note("about to hang")
                let transport = MockTransport(.hang)
                var dependencies = simulation.dependencies(transport: transport)
                dependencies.ownsTransport = false
                let client = try ResilientClient(.passthrough, dependencies: dependencies)
                defer { transport.releaseHanging() }
                _ = try await client.get("https://example.com/")
            }
        }
        #expect(failure.seed == 77)
        #expect(failure.cause == nil)
        #expect(failure.reason.contains("nothing can run"))
        let text = failure.description
        #expect(text.contains("RESILIENT_TEST_SEED=77"))
        #expect(text.contains("swift test --filter"))
        #expect(text.contains("about to hang"))
    }

    @Test func theErrorOfTheBodyIsTheCause() throws {
        struct Own: Error {}
        let failure = try #require(throws: SimulationFailure.self) {
            try Simulation(seed: 3).run { _ in throw Own() }
        }
        #expect(failure.cause is Own)
        #expect(failure.description.contains("RESILIENT_TEST_SEED=3"))
    }

    @Test func exploringStopsAtTheFirstSeedThatFails() throws {
        struct Own: Error {}
        let seen = Mutex<[UInt64]>([])
        let failure = try #require(throws: SimulationFailure.self) {
            try Simulation.explore(0..<10) { simulation in
                seen.withLock { $0.append(simulation.seed) }
                if simulation.seed == 4 { throw Own() }
            }
        }
        #expect(failure.seed == 4)
        #expect(seen.withLock { $0 } == [0, 1, 2, 3, 4])
    }

    @Test func seedsCountFromZero() {
        guard !Simulation.isRerun, ProcessInfo.processInfo.environment[Simulation.factorVariable] == nil else { return }
        #expect(Simulation.seeds(25) == 0..<25)
        #expect(Simulation.seeds(0) == 0..<1)
        #expect(Simulation.seeds(-5) == 0..<1)
    }

    @Test func whatIsLeftOverRunsWhenTheSimulationSettles() throws {
        let simulation = Simulation(seed: 1)
        simulation.settle()
        try simulation.run { simulation in
            simulation.runtime.start {
                try? await simulation.sleep(for: .seconds(10))
                simulation.note("in the background")
            }
        }
        #expect(simulation.runtime.liveTasks == 1)
        #expect(!simulation.trace.description.contains("background"))
        simulation.settle()
        #expect(simulation.runtime.liveTasks == 0)
        #expect(simulation.trace.description.contains("background"))
    }

    @Test func settlingEndsWhereThereIsNoEnd() throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { simulation in
            simulation.start { while true { try await simulation.sleep(for: .seconds(1)) } }
        }
        simulation.settle(limit: 50)
        #expect(simulation.clock.now.nanoseconds <= 52_000_000_000)
    }

    private actor Counter {
        var count = 0
        func add() async {
            let before = count
            await Task.yield()
            // What a race in an actor's reentrancy looks like.
            count = before + 1
        }
    }

    @Test func actorsGroupsAndChildTasksRunInsideAndTheirRacesAreFound() throws {
        let thread = ObjectIdentifier(Thread.current)
        var counts: Set<Int> = []
        for seed in 0..<50 as Range<UInt64> {
            let count = try Simulation(seed: seed).run { _ in
                let counter = Counter()
                async let one: Void = counter.add()
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<3 {
                        group.addTask {
                            #expect(Self.threadIdentifier() == thread)
                            await counter.add()
                        }
                    }
                }
                await one
                return await counter.count
            }
            counts.insert(count)
        }
        #expect(counts.count > 1, "\(counts)")
    }

    private static func threadIdentifier() -> ObjectIdentifier { ObjectIdentifier(Thread.current) }
}
