import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

/// Every request that came to a queue is in exactly one of its counters, or waits, at every moment.
@Suite struct QueueCountTests {
    @Test(arguments: [0, 1]) func whoeverComesCancelledIsCountedAndDoesNotRun(running: Int) throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { simulation in
            let queue = try PriorityQueue(
                AdmissionConfiguration(maxConcurrentRequests: 1),
                runtime: simulation.runtime
            )
            let slots = (0..<running).compactMap { _ in queue.enter() }
            let late = simulation.start { try await queue.submit { Issue.record("it ran") } }
            // Nothing of it has run yet.
            late.cancel()
            await #expect(throws: CancellationError.self) { try await late.value }
            #expect(queue.stats.cancelled == 1)
            #expect(queue.stats.admitted == running)
            #expect(queue.stats.waiting == 0)
            for slot in slots { queue.leave(slot, .neutral) }
            #expect(queue.stats.inFlight == 0)
        }
        try simulation.settleToNothing()
    }

    enum Ending: CaseIterable {
        case deadline
        case shutdown
        case giveWay

        func count(in stats: QueueStats) -> Int {
            switch self {
            case .deadline: stats.expired
            case .shutdown: stats.ended
            case .giveWay: stats.dropped
            }
        }
    }

    /// Runs a job where it has become ready: whoever is woken is ahead of the rest of whoever woke it, as it can be
    /// on two threads.
    private final class ImmediateExecutor: TaskExecutor {
        func enqueue(_ job: consuming ExecutorJob) {
            UnownedJob(job).runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    @Test(arguments: Ending.allCases) func whoeverIsWokenHasLeftTheQueueAndIsCounted(_ ending: Ending) async throws {
        let clock = ManualClock()
        let queue = try PriorityQueue(
            AdmissionConfiguration(maxConcurrentRequests: 1, capacity: 1, overflow: .dropLowest),
            runtime: ClientRuntime(clock: clock)
        )
        let slot = try #require(queue.enter())
        let executor = ImmediateExecutor()
        let waiting = Task(executorPreference: executor) { () -> QueueStats in
            await #expect(throws: ResilientError.self) {
                try await queue.submit(priority: .low, timeout: .seconds(1)) {}
            }
            return queue.stats
        }
        #expect(queue.stats.waiting == 1)
        var urgent: Task<Void, any Error>?
        switch ending {
        case .deadline: clock.advance(by: .seconds(1))
        case .shutdown: queue.shutdown()
        case .giveWay:
            urgent = Task(executorPreference: executor) { try await queue.submit(priority: .high) {} }
        }
        let stats = await waiting.value
        #expect(ending.count(in: stats) == 1)
        #expect(stats.waiting == (ending == .giveWay ? 1 : 0))
        queue.leave(slot, .neutral)
        try await urgent?.value
        #expect(queue.stats.inFlight == 0)
    }
}
