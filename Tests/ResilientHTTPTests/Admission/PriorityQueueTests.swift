import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

@Suite struct PriorityQueueTests {
    /// A queue in a simulation, with requests that last as long as they are told to.
    private struct Bench: Sendable {
        let queue: PriorityQueue
        let simulation: Simulation
        let order = Names()

        /// The names of those who have run, in their order.
        final class Names: Sendable {
            private let names = Mutex<[String]>([])

            var all: [String] { names.withLock { $0 } }

            func add(_ name: String) { names.withLock { $0.append(name) } }
        }

        func submit(
            _ name: String = "",
            priority: Priority = .normal,
            timeout: Duration? = nil,
            lasting duration: Duration = .seconds(1)
        ) -> Task<Void, any Error> {
            simulation.start {
                try await queue.submit(priority: priority, timeout: timeout) {
                    order.add(name)
                    try await simulation.sleep(for: duration)
                }
            }
        }

        /// Lets what has been started come to its waits.
        func settle() async throws { try await simulation.sleep(for: .microseconds(1)) }

        /// Fills the slots with requests of a length, one after the other, so that the queue knows how long they take.
        func train(_ duration: Duration, times: Int = 40) async throws {
            for _ in 0..<times { try await submit("training", lasting: duration).value }
            queue.resetStats()
        }
    }

    private func bench<Result: Sendable>(
        _ configuration: AdmissionConfiguration,
        _ body: @escaping @Sendable (Bench) async throws -> Result
    ) throws -> Result {
        let simulation = Simulation(seed: 1)
        let result = try simulation.run { simulation in
            let queue = try PriorityQueue(configuration, runtime: simulation.runtime)
            let result = try await body(Bench(queue: queue, simulation: simulation))
            #expect(queue.stats.waiting == 0)
            #expect(queue.stats.inFlight == 0)
            return result
        }
        try simulation.settleToNothing()
        return result
    }

    private func failure(_ task: Task<Void, any Error>) async throws -> ResilientError {
        try #require(await #expect(throws: ResilientError.self) { try await task.value })
    }

    @Test func asManyRunAsTheLimitSays() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 5)) { bench in
            let tasks = (0..<20).map { _ in bench.submit() }
            for _ in 0..<4 {
                try await bench.settle()
                #expect(bench.queue.stats.inFlight == 5)
                try await bench.simulation.sleep(for: .seconds(1) - .microseconds(1))
            }
            for task in tasks { try await task.value }
            #expect(bench.simulation.clock.now.nanoseconds == 5_000_000_000)
        }
    }

    @Test func theUrgentGoFirstAndOfOneLevelWhoCameFirst() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 1)) { bench in
            var tasks = [bench.submit("running")]
            try await bench.settle()
            for (name, priority) in [
                ("low", Priority.low), ("normal 1", .normal), ("high", .high), ("normal 2", .normal), ("seven", 7),
                ("urgent", -1),
            ] {
                tasks.append(bench.submit(name, priority: priority))
                try await bench.settle()
            }
            #expect(bench.queue.stats.depth == [.low: 1, .normal: 2, .high: 1, 7: 1, -1: 1])
            for task in tasks { try await task.value }
            #expect(bench.order.all == ["running", "urgent", "high", "normal 1", "normal 2", "low", "seven"])
        }
    }

    @Test func aLowRequestIsServedInTheEndHoweverManyHighOnesCome() throws {
        func lowIsServed(ageing: Duration?) throws -> Int? {
            var configuration = AdmissionConfiguration(maxConcurrentRequests: 1)
            configuration.ageing = ageing
            return try bench(configuration) { bench in
                var tasks = [bench.submit("running")]
                try await bench.settle()
                tasks.append(bench.submit("low", priority: .low))
                for _ in 0..<100 {
                    tasks.append(bench.submit("high", priority: .high))
                    try await bench.simulation.sleep(for: .seconds(1))
                }
                let place = bench.order.all.firstIndex(of: "low")
                for task in tasks { try await task.value }
                return place
            }
        }
        // Two levels of 30 s at one request a second.
        #expect(try lowIsServed(ageing: .seconds(30)).map { (60...62).contains($0) } == true)
        #expect(try lowIsServed(ageing: nil) == nil)
    }

    @Test func whoeverFindsItFullIsRefusedWithAnEstimate() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 2, capacity: 3)) { bench in
            try await bench.train(.seconds(2))
            let tasks = (0..<5).map { _ in bench.submit() }
            try await bench.settle()
            let error = try await failure(bench.submit())
            #expect(error.code == .queueFull)
            #expect(error.message.hasPrefix("Request queue is full"))
            #expect(error.reachedServer == .no)
            // Three ahead and itself, two at a time, 2 s each.
            #expect(error.retryAfter == .seconds(4))
            // A more urgent one would have waited less.
            let urgent = try await failure(bench.submit(priority: .high))
            #expect(urgent.retryAfter == .seconds(1))
            #expect(bench.queue.stats.rejected == 2)
            for task in tasks { try await task.value }
        }
    }

    @Test func anEstimateIsGivenBeforeAnyRequestHasEnded() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 1, capacity: 1)) { bench in
            let tasks = [bench.submit(), bench.submit()]
            try await bench.settle()
            #expect(try await failure(bench.submit()).retryAfter == .seconds(2))
            for task in tasks { try await task.value }
        }
    }

    @Test func theLowestGivesWayToTheMoreUrgent() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 1, capacity: 2, overflow: .dropLowest)) { bench in
            var tasks = [bench.submit("running")]
            try await bench.settle()
            tasks.append(bench.submit("normal"))
            try await bench.settle()
            let low = bench.submit("low", priority: .low)
            try await bench.settle()
            tasks.append(bench.submit("high", priority: .high))
            let dropped = try await failure(low)
            #expect(dropped.code == .queueFull)
            #expect(dropped.message.contains("gave way"))
            #expect(dropped.retryAfter != nil)
            // Of the same level, and so the last itself.
            #expect(try await failure(bench.submit("normal 2")).code == .queueFull)
            #expect(bench.queue.stats.dropped == 1)
            #expect(bench.queue.stats.rejected == 1)
            for task in tasks { try await task.value }
            #expect(bench.order.all == ["running", "high", "normal"])
        }
    }

    @Test func withoutABoundEverybodyWaits() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 1, capacity: 1, overflow: .wait)) { bench in
            let tasks = (0..<30).map { _ in bench.submit() }
            try await bench.settle()
            #expect(bench.queue.stats.waiting == 29)
            for task in tasks { try await task.value }
        }
    }

    @Test func whoeverCannotEndInTimeIsShedAtOnce() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 2)) { bench in
            try await bench.train(.seconds(2))
            let tasks = (0..<6).map { _ in bench.submit(lasting: .seconds(2)) }
            try await bench.settle()
            // Four ahead: starts in 5 s by the average, needs 2 s more.
            let began = bench.simulation.clock.now
            let error = try await failure(bench.submit(timeout: .seconds(7) - .milliseconds(1)))
            #expect(error.code == .shed)
            #expect(error.retryAfter == .seconds(5))
            #expect(error.reachedServer == .no)
            #expect(bench.simulation.clock.now == began)
            let inTime = bench.submit("in time", timeout: .seconds(7), lasting: .seconds(2))
            for task in tasks { try await task.value }
            try await inTime.value
            #expect(bench.queue.stats.shed == 1)
        }
    }

    @Test func nobodyIsShedWithoutAnEstimateOrWhenItIsOff() throws {
        var configuration = AdmissionConfiguration(maxConcurrentRequests: 1)
        configuration.shedsLate = false
        for (configuration, trains) in [
            (AdmissionConfiguration(maxConcurrentRequests: 1), false), (configuration, true),
        ] {
            try bench(configuration) { bench in
                if trains { try await bench.train(.seconds(10)) }
                let task = bench.submit(lasting: .seconds(10))
                try await bench.settle()
                #expect(try await failure(bench.submit(timeout: .seconds(1))).code == .deadlineExceeded)
                #expect(bench.queue.stats.expired == 1)
                try await task.value
            }
        }
    }

    @Test func aCancelledWaiterLeavesTheQueue() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 1)) { bench in
            let running = bench.submit()
            try await bench.settle()
            let waiting = bench.submit("cancelled")
            try await bench.settle()
            waiting.cancel()
            #expect(bench.queue.stats.waiting == 0)
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(bench.queue.stats.cancelled == 1)
            try await running.value
            #expect(bench.order.all == [""])
        }
    }

    @Test func aShutdownEndsTheWaitsAndLeavesWhatRuns() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 1)) { bench in
            let running = bench.submit()
            try await bench.settle()
            let waiting = bench.submit()
            try await bench.settle()
            bench.queue.shutdown()
            #expect(try await failure(waiting).code == .clientClosed)
            #expect(try await failure(bench.submit()).code == .clientClosed)
            try await running.value
            #expect(try await failure(bench.submit()).code == .clientClosed)
            #expect(bench.queue.stats.ended == 3)
        }
    }

    @Test func aHandleGivesTheResultAndCanCancel() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 1)) { bench in
            let simulation = bench.simulation
            let first = bench.queue.enqueue { () -> Int in
                try await simulation.sleep(for: .seconds(1))
                return 42
            }
            try await bench.settle()
            let second = bench.queue.enqueue { 43 }
            let third = bench.queue.enqueue { throw ResilientError(.decoding, "no") }
            try await bench.settle()
            #expect(!first.isCompleted)
            #expect(bench.queue.stats.waiting == 2)
            second.cancel()
            #expect(try await first.value == 42)
            #expect(try await first.value == 42)
            #expect(first.isCompleted)
            #expect(try first.result?.get() == 42)
            await #expect(throws: CancellationError.self) { try await second.value }
            await #expect(throws: ResilientError.self) { try await third.value }
        }
    }

    @Test func theSettingsCanChangeUnderThoseWhoWait() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 1, capacity: 50)) { bench in
            let tasks = (0..<10).map { _ in bench.submit() }
            try await bench.settle()
            try bench.queue.reconfigure(AdmissionConfiguration(maxConcurrentRequests: 4, capacity: 2))
            #expect(bench.queue.stats.inFlight == 4)
            #expect(bench.queue.stats.waiting == 6)
            #expect(try await failure(bench.submit()).code == .queueFull)
            #expect(throws: ResilientError.self) {
                try bench.queue.reconfigure(AdmissionConfiguration(maxConcurrentRequests: 0))
            }
            #expect(bench.queue.configuration.maxConcurrentRequests == 4)
            try bench.queue.reconfigure(AdmissionConfiguration(maxConcurrentRequests: 1))
            // The four end, and only one follows.
            try await bench.simulation.sleep(for: .milliseconds(1100))
            #expect(bench.queue.stats.inFlight == 1)
            #expect(bench.queue.stats.waiting == 5)
            for task in tasks { try await task.value }
        }
    }

    @Test func theLimitFollowsWhatTheServiceSays() throws {
        var configuration = AdmissionConfiguration(maxConcurrentRequests: 10)
        configuration.concurrency = .aimd()
        try bench(configuration) { bench in
            func submit(_ count: Int, _ error: (any Error & Sendable)?) async {
                let tasks = (0..<count).map { _ in
                    bench.simulation.start {
                        try await bench.queue.submit {
                            try await bench.simulation.sleep(for: .seconds(1))
                            if let error { throw error }
                        }
                    }
                }
                for task in tasks { _ = await task.result }
            }
            await submit(10, nil)
            // All ten began one after the other at once; those that found half of the limit in use count.
            #expect(bench.queue.stats.limit > 10)
            let grown = bench.queue.stats.limit
            await submit(10, CancellationError())
            await submit(10, ResilientError(.circuitOpen, "open"))
            await submit(10, ResilientError(.decoding, "broken"))
            #expect(bench.queue.stats.limit == grown)
            await submit(10, ResilientError(.attemptTimeout, "slow"))
            #expect(bench.queue.stats.limit == Int(Double(grown) * 0.9))
            bench.queue.resetLimit()
            #expect(bench.queue.stats.limit == 10)
        }
    }

    @Test func theStatisticsTellWhoWaitedHowLong() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 1)) { bench in
            let tasks = [bench.submit(priority: .high), bench.submit(priority: .low)]
            for task in tasks { try await task.value }
            let stats = bench.queue.stats
            #expect(stats.admitted == 2)
            #expect(stats.averageWait == .seconds(1))
            #expect(stats.allWaits.count == 1)
            #expect(stats.waits.values.map(\.longest) == [.seconds(1)])
            #expect(stats.allWaits.counts[WaitHistogram.bounds.firstIndex(of: 1) ?? 0] == 1)
            bench.queue.resetStats()
            #expect(bench.queue.stats.admitted == 0)
            #expect(bench.queue.stats.averageWait == .zero)
        }
    }

    @Test func theLevelsWithAHistogramAreBounded() throws {
        try bench(AdmissionConfiguration(maxConcurrentRequests: 1, capacity: 500)) { bench in
            let tasks = (0..<200).map { bench.submit(priority: Priority(rawValue: $0), lasting: .milliseconds(1)) }
            for task in tasks { try await task.value }
            #expect(bench.queue.stats.waits.count == QueueStats.mostLevels)
            #expect(bench.queue.stats.allWaits.count == 199)
        }
    }
}
