import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite(.oneAtATime) struct LimiterStormTests {
    private func storm(
        _ simulation: Simulation,
        _ limits: LimiterStorm.Limits,
        _ limiter: any LimiterUnderTest
    ) async throws -> Tally<LimiterStorm.Event> {
        try await LimiterStorm(
            limits: limits,
            limiter: limiter,
            runtime: simulation.runtime,
            random: SeededRandomSource(seed: simulation.seed),
            isExact: true,
            start: { simulation.start($0) }
        ).run()
    }

    private static func limits(_ seed: UInt64) -> LimiterStorm.Limits {
        switch seed % 3 {
        case 0: .window(4, .milliseconds(25))
        case 1: .bucket(4, 1, .milliseconds(4))
        default: .windows(shared: 6, own: 4, .milliseconds(25))
        }
    }

    private static func configuration(_ limits: LimiterStorm.Limits) -> RateLimitConfiguration {
        switch limits {
        case .window(let limit, let period):
            return RateLimitConfiguration([
                "1": RateLimit(cost: limit, per: period, algorithm: .slidingWindow, scope: .name)
            ])
        case .bucket(let capacity, let tokens, let period):
            var limit = RateLimit(cost: tokens, per: period, scope: .name)
            limit.burst = capacity
            return RateLimitConfiguration(["1": limit])
        case .windows(let shared, let own, let period):
            return RateLimitConfiguration([
                "1": RateLimit(cost: own, per: period, algorithm: .slidingWindow, scope: .name),
                "2": RateLimit(cost: shared, per: period, algorithm: .slidingWindow),
            ])
        }
    }

    @Test func theLimitHoldsAndNobodyIsLostWhateverIsCancelledWhen() throws {
        var tally = Tally<LimiterStorm.Event>()
        for seed in Simulation.seeds(10_000) {
            let simulation = Simulation(seed: seed)
            tally += try simulation.run { simulation in
                let limits = Self.limits(seed)
                let limiter = try RateLimiter(Self.configuration(limits), runtime: simulation.runtime)
                return try await storm(simulation, limits, limiter)
            }
            try simulation.settleToNothing()
        }
        guard !Simulation.isRerun else { return }
        for (index, count) in tally.all.enumerated() {
            #expect(count >= 500, "interleaving \(index) of \(tally)")
        }
    }

    private func small(_ seed: UInt64, _ fault: SmallLimiter.Fault) throws {
        let simulation = Simulation(seed: seed)
        try simulation.run { simulation in
            let limiter = SmallLimiter(
                limit: 4,
                period: .milliseconds(25),
                runtime: simulation.runtime,
                fault: fault
            )
            _ = try await storm(simulation, .window(4, .milliseconds(25)), limiter)
        }
    }

    @Test func theChecksFindNothingInASmallLimiterThatIsRight() throws {
        for seed in Simulation.seeds(1000) { try small(seed, .none) }
    }

    @Test(arguments: SmallLimiter.Fault.allCases.filter { $0 != .none })
    func theChecksFindEveryFault(_ fault: SmallLimiter.Fault) throws {
        let found = (0..<1000 as Range<UInt64>).first { seed in
            do {
                try small(seed, fault)
                return false
            } catch {
                return true
            }
        }
        #expect(found != nil)
    }

    /// Real threads: a grant and a cancellation can meet in the middle here.
    @Test(.timeLimit(.minutes(15)))
    func theSameHoldsOnTheOrdinaryThreadPool() async throws {
        let runtime = ClientRuntime()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<300 as Range<UInt64> {
                group.addTask {
                    // So long a period that nothing comes back but what is given back.
                    let limits: LimiterStorm.Limits =
                        seed % 2 == 0 ? .window(4, .seconds(3600)) : .windows(shared: 6, own: 4, .seconds(3600))
                    let limiter = try RateLimiter(Self.configuration(limits), runtime: runtime)
                    let storm = LimiterStorm(
                        limits: limits,
                        limiter: limiter,
                        runtime: runtime,
                        random: SeededRandomSource(seed: seed),
                        isExact: false,
                        start: { operation in Task { try await operation() } }
                    )
                    _ = try await storm.run()
                }
            }
            try await group.waitForAll()
        }
        #expect(runtime.liveTasks == 0)
    }

    /// A grant that meets a cancellation is given back once, on as many threads as there are.
    @Test(.timeLimit(.minutes(15)))
    func cancellationsAndGrantsRace() async throws {
        let configuration = RateLimitConfiguration([
            "1": RateLimit(cost: 3, per: .seconds(3600), algorithm: .slidingWindow)
        ])
        // A runtime of its own: that of the process has tasks of other tests, too.
        let limiter = try RateLimiter(configuration, runtime: ClientRuntime())
        await withTaskGroup { group in
            for number in 0..<3000 {
                group.addTask {
                    let task = Task {
                        let reservation = try await limiter.acquire()
                        await Task.yield()
                        #expect(reservation.cancel())
                        #expect(!reservation.cancel())
                    }
                    for _ in 0..<(number % 37) { await Task.yield() }
                    if number.isMultiple(of: 2) { task.cancel() }
                    _ = await task.result
                }
            }
        }
        // Whoever loses a race against a cancellation gives back a moment after the other has gone on.
        for _ in 0..<100_000 where limiter.status().first?.remaining != 3 { await Task.yield() }
        #expect(limiter.status().first?.remaining == 3)
        #expect(limiter.waiting == 0)
        #expect(limiter.runtime.liveTasks == 0)
    }
}
