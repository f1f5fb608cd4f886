import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

@Suite struct RateLimitStoreTests {
    /// A store that does what a test says.
    private struct OddStore: RateLimitStore {
        struct Broken: Error {}

        let onTake: @Sendable ([RateLimitDemand]) async throws -> RateLimitAnswer
        let given = Counter()

        final class Counter: Sendable {
            let count = Atomic(0)
            var value: Int { count.load(ordering: .relaxed) }
        }

        func take(_ demands: [RateLimitDemand]) async throws -> RateLimitAnswer { try await onTake(demands) }

        func giveBack(_ demands: [RateLimitDemand], receipt: Int64) async throws {
            given.count.add(demands.reduce(0) { $0 + $1.amount }, ordering: .relaxed)
        }

        func owe(_ demands: [RateLimitDemand]) async throws { throw Broken() }
    }

    private func run(
        _ limits: [RateLimitConfiguration.Name: RateLimit] = ["a": RateLimit(requests: 2, per: .seconds(10))],
        change: (inout RateLimitConfiguration) -> Void = { _ in },
        store: @escaping @Sendable (Simulation) -> any RateLimitStore,
        _ body: @escaping @Sendable (RateLimiter, Simulation) async throws -> Void
    ) throws {
        var configuration = RateLimitConfiguration(limits)
        change(&configuration)
        let settings = configuration
        let simulation = Simulation(seed: 3)
        try simulation.run { simulation in
            try await body(
                try RateLimiter(settings, runtime: simulation.runtime, store: store(simulation)),
                simulation
            )
        }
        try simulation.settleToNothing()
    }

    /// A store that never answers would stall the simulation for ever, so it does after an hour.
    @Sendable private static func hang(_ simulation: Simulation) async throws -> RateLimitAnswer {
        let shot = OneShot<Void>()
        _ = simulation.runtime.schedule(at: simulation.runtime.now + .seconds(3600)) { shot.resolve(.success(())) }
        try await shot.value()
        return .granted(receipt: 0)
    }

    @Test func twoLimitersShareTheirLimits() throws {
        try run(store: { InMemoryRateLimitStore(runtime: $0.runtime) }) { limiter, simulation in
            let store = InMemoryRateLimitStore(runtime: simulation.runtime)
            let settings = limiter.configuration
            let one = try RateLimiter(settings, runtime: simulation.runtime, store: store)
            let other = try RateLimiter(settings, runtime: simulation.runtime, store: store)
            _ = try await one.acquire()
            _ = try await other.acquire()
            let error = await resilientError { try await one.acquire(waiting: .fail) }
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter == .seconds(10))
            let now = simulation.runtime.now
            _ = try await other.acquire()
            #expect(simulation.runtime.now - now == .seconds(10))
            #expect(throws: ResilientError.self) { try one.tryAcquire() }
        }
    }

    @Test func waitersAreServedInTheirOrderWithOneQuestionAtATime() throws {
        let asked = Mutex((now: 0, most: 0))
        try run(store: { simulation in
            let memory = InMemoryRateLimitStore(runtime: simulation.runtime)
            return OddStore { demands in
                asked.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                try await simulation.sleep(for: .milliseconds(1))
                defer { asked.withLock { $0.now -= 1 } }
                return try await memory.take(demands)
            }
        }) { limiter, simulation in
            for _ in 0..<2 { _ = try await limiter.acquire() }
            let order = Mutex<[Int]>([])
            var tasks: [Task<Void, any Error>] = []
            for number in 0..<6 {
                tasks.append(
                    simulation.start {
                        _ = try await limiter.acquire()
                        order.withLock { $0.append(number) }
                    }
                )
                try await simulation.sleep(for: .milliseconds(5))
            }
            #expect(limiter.waiting == 6)
            tasks[2].cancel()
            for task in tasks { _ = await task.result }
            #expect(order.withLock { $0 } == [0, 1, 3, 4, 5])
            #expect(asked.withLock { $0.most } == 1)
            #expect(limiter.waiting == 0)
        }
    }

    @Test func aStoreThatFailsOrHangsDoesNotFailTheCall() throws {
        let stores: [@Sendable (Simulation) -> any RateLimitStore] = [
            { _ in OddStore { _ in throw OddStore.Broken() } },
            { simulation in OddStore { _ in try await Self.hang(simulation) } },
            // A cost that fits can always be admitted.
            { _ in OddStore { _ in .never } },
        ]
        for store in stores {
            try run(store: store) { limiter, simulation in
                let began = simulation.runtime.now
                for _ in 0..<5 { _ = try await limiter.acquire() }
                #expect(simulation.runtime.now - began <= .milliseconds(500))
                #expect(limiter.totals.storeFailures == 5)
            }
            try run(change: { $0.onStoreFailure = .refuse }, store: store) { limiter, _ in
                let error = await resilientError { try await limiter.acquire() }
                #expect(error?.code == .rateLimited)
                #expect(error?.message.contains("on_store_failure") == true)
            }
        }
    }

    @Test func anAnswerThatComesTooLateIsGivenBack() throws {
        let given = OddStore.Counter()
        try run(store: { simulation in
            let store = OddStore { _ in
                let shot = OneShot<Void>()
                _ = simulation.runtime.schedule(at: simulation.runtime.now + .seconds(1)) {
                    shot.resolve(.success(()))
                }
                try await shot.value()
                return .granted(receipt: 7)
            }
            return Forwarding(store: store, given: given)
        }) { limiter, simulation in
            _ = try await limiter.acquire()
            let cancelled = simulation.start { try await limiter.acquire() }
            try await simulation.sleep(for: .milliseconds(50))
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            try await simulation.sleep(for: .seconds(2))
            #expect(given.value == 2)
        }
    }

    private struct Forwarding: RateLimitStore {
        let store: OddStore
        let given: OddStore.Counter

        func take(_ demands: [RateLimitDemand]) async throws -> RateLimitAnswer { try await store.take(demands) }
        func giveBack(_ demands: [RateLimitDemand], receipt: Int64) async throws {
            #expect(receipt == 7)
            given.count.add(demands.count, ordering: .relaxed)
        }
        func owe(_ demands: [RateLimitDemand]) async throws {}
    }

    /// A pause of nothing, or of less, or for ever, is no pause of ours.
    @Test(arguments: [Duration.zero, .seconds(-5), .seconds(1_000_000_000)])
    func aStoreThatLiesAboutTheTimeNeitherSpinsNorHolds(_ pause: Duration) throws {
        let count = Box(questions: 0)
        try run(store: { _ in
            OddStore { _ in
                count.add()
                return .retryAfter(pause)
            }
        }) { limiter, simulation in
            let began = simulation.runtime.now
            let error = await resilientError { try await limiter.acquire(deadline: began + .milliseconds(20)) }
            #expect(error?.code == .rateLimited || error?.code == .deadlineExceeded)
            #expect(simulation.runtime.now - began <= .milliseconds(20))
            #expect(count.value <= 25)
        }
    }

    private final class Box: Sendable {
        private let questions: Mutex<Int>
        init(questions: Int) { self.questions = Mutex(questions) }
        var value: Int { questions.withLock { $0 } }
        func add() { questions.withLock { $0 += 1 } }
    }

    @Test func shutdownEndsTheWaitsAtAStore() throws {
        try run(store: { InMemoryRateLimitStore(runtime: $0.runtime) }) { limiter, simulation in
            for _ in 0..<2 { _ = try await limiter.acquire() }
            let tasks = (0..<3).map { _ in simulation.start { try await limiter.acquire() } }
            try await simulation.sleep(for: .seconds(1))
            limiter.shutdown()
            for task in tasks { #expect(await resilientError { try await task.value }?.code == .clientClosed) }
        }
    }

    @Test func whatIsGivenBackAndPutRightReachesTheStore() throws {
        try run(
            ["a": RateLimit(cost: 10, per: .seconds(10), algorithm: .slidingWindow)],
            store: {
                InMemoryRateLimitStore(runtime: $0.runtime)
            }
        ) { limiter, simulation in
            let first = try await limiter.acquire(cost: 10)
            try await simulation.sleep(for: .seconds(1))
            #expect(first.cancel())
            try await simulation.sleep(for: .zero)
            let second = try await limiter.acquire(cost: 8, waiting: .fail)
            #expect(second.settle(actualCost: 3))
            try await simulation.sleep(for: .zero)
            let third = try await limiter.acquire(cost: 7, waiting: .fail)
            #expect(third.settle(actualCost: 9))
            try await simulation.sleep(for: .zero)
            let error = await resilientError { try await limiter.acquire(cost: 1, waiting: .fail) }
            #expect(error?.retryAfter == .seconds(10))
            #expect(await resilientError { try await limiter.acquire(cost: 11) }?.retryAfter == nil)
        }
    }
}
