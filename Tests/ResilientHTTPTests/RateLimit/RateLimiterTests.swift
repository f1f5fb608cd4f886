import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

@Suite struct RateLimiterTests {
    /// One a second, one at once.
    static let oneASecond = RateLimit.tokenBucket(rate: 1, burst: 1)

    private func run<Result: Sendable>(
        _ limits: [RateLimitConfiguration.Name: RateLimit],
        change: (inout RateLimitConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (RateLimiter, Simulation) async throws -> Result
    ) throws -> Result {
        var configuration = RateLimitConfiguration(limits)
        change(&configuration)
        let settings = configuration
        let simulation = Simulation(seed: 1)
        let result = try simulation.run { simulation in
            try await body(try RateLimiter(settings, runtime: simulation.runtime), simulation)
        }
        try simulation.settleToNothing()
        return result
    }

    /// Starts a call and lets it come to its wait.
    private func begin(
        _ limiter: RateLimiter,
        _ simulation: Simulation,
        cost: Int = 1,
        key: RateLimitKey = RateLimitKey(),
        deadline: Duration? = nil
    ) async throws -> Task<Reservation, any Error> {
        let end = deadline.map { simulation.runtime.now + $0 }
        let task = simulation.start { try await limiter.acquire(cost: cost, for: key, deadline: end) }
        try await simulation.sleep(for: .zero)
        return task
    }

    @Test func waitersAreServedInTheirOrderOnOneTimer() throws {
        try run(["a": Self.oneASecond]) { limiter, simulation in
            _ = try await limiter.acquire()
            let order = Mutex<[Int]>([])
            let began = simulation.runtime.now
            var tasks: [Task<Void, any Error>] = []
            for number in 0..<100 {
                tasks.append(
                    simulation.start {
                        _ = try await limiter.acquire()
                        order.withLock { $0.append(number) }
                    }
                )
                while limiter.waiting <= number { await Task.yield() }
            }
            #expect(simulation.runtime.liveTimers == 1)
            #expect(simulation.runtime.liveTasks == 0)
            for task in tasks { try await task.value }
            #expect(order.withLock { $0 } == Array(0..<100))
            #expect(simulation.runtime.now - began == .seconds(100))
            #expect(simulation.runtime.liveTimers == 0)
        }
    }

    @Test func deadlinesOfManyWaitersShareTheTimerToo() throws {
        try run(["a": RateLimit.tokenBucket(rate: 1000, burst: 1, scope: .name)]) { limiter, simulation in
            var tasks: [Task<Reservation, any Error>] = []
            for number in 0..<200 {
                let key = RateLimitKey(name: "\(number % 10)")
                tasks.append(try await begin(limiter, simulation, key: key, deadline: .seconds(5)))
                #expect(simulation.runtime.liveTimers <= 1)
            }
            for task in tasks { _ = try await task.value }
        }
    }

    @Test func aWaitThatDoesNotFitItsDeadlineFailsAtOnce() throws {
        try run(["a": Self.oneASecond]) { limiter, simulation in
            _ = try await limiter.acquire()
            let first = try await begin(limiter, simulation)
            let now = simulation.runtime.now
            let error = await resilientError { try await limiter.acquire(deadline: now + .seconds(2)) }
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter == .seconds(2))
            #expect(error?.reachedServer == .no)
            #expect(simulation.runtime.now == now)
            _ = try await limiter.acquire(deadline: now + .seconds(2) + .nanoseconds(1))
            #expect(simulation.runtime.now == now + .seconds(2))
            _ = try await first.value
        }
    }

    @Test func failAndWaitUpTo() throws {
        try run(["a": Self.oneASecond]) { limiter, simulation in
            let now = simulation.runtime.now
            _ = try await limiter.acquire()
            let failed = await resilientError { try await limiter.acquire(waiting: .fail) }
            #expect(failed?.code == .rateLimited)
            #expect(failed?.retryAfter == .seconds(1))
            #expect(failed?.message.contains("'a'") == true)
            let tooLong = await resilientError { try await limiter.acquire(waiting: .waitUpTo(.milliseconds(999))) }
            #expect(tooLong?.code == .rateLimited)
            #expect(simulation.runtime.now == now)
            _ = try await limiter.acquire(waiting: .waitUpTo(.milliseconds(1001)))
            #expect(simulation.runtime.now == now + .seconds(1))
        }
    }

    /// The wait fitted when it began; then somebody owed more than was estimated.
    @Test func aWaitThatBecomesTooLongEndsAtItsBound() throws {
        try run(["a": RateLimit.tokenBucket(rate: 1, burst: 10)]) { limiter, simulation in
            let reservation = try await limiter.acquire(cost: 10)
            let began = simulation.runtime.now
            let waiting = simulation.start { try await limiter.acquire(cost: 1, waiting: .waitUpTo(.seconds(3))) }
            let bounded = try await begin(limiter, simulation, deadline: .seconds(4))
            #expect(reservation.settle(actualCost: 20))
            let error = await resilientError { try await waiting.value }
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter != nil)
            #expect(simulation.runtime.now - began == .seconds(3))
            #expect(await resilientError { try await bounded.value }?.code == .deadlineExceeded)
            #expect(simulation.runtime.now - began == .seconds(4))
            // −10 at the start, 4 seconds ago.
            #expect(limiter.status().first?.remaining == -6)
        }
    }

    @Test func aCostAboveTheBurstFailsAtOnceAndSaysSo() throws {
        try run(["big": .tokenBucket(rate: 100, burst: 100), "small": .tokenBucket(rate: 10, burst: 5)]) {
            limiter,
            simulation in
            let error = await resilientError { try await limiter.acquire(cost: 6) }
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter == nil)
            #expect(error?.message.contains("never") == true)
            #expect(error?.message.contains("'small'") == true)
            #expect(throws: ResilientError.self) { try limiter.tryAcquire(cost: 6) }
            #expect(await resilientError { try await limiter.acquire(cost: -1) }?.code == .configuration)
            #expect(limiter.status().compactMap(\.remaining).allSatisfy { $0 == 5 || $0 == 100 })
            _ = try await limiter.acquire(cost: 5)
        }
    }

    @Test func severalLimitsAreTakenTogetherOrNotAtAll() throws {
        let limits: [RateLimitConfiguration.Name: RateLimit] = [
            "all": RateLimit(requests: 10, per: .seconds(60)),
            "each": RateLimit(requests: 2, per: .seconds(10), scope: .model),
        ]
        try run(limits) { limiter, simulation in
            let key = RateLimitKey(tags: ["model": "a"])
            #expect(try limiter.tryAcquire(for: key) != nil)
            #expect(try limiter.tryAcquire(for: key) != nil)
            for _ in 0..<20 { #expect(try limiter.tryAcquire(for: key) == nil) }
            let left = Dictionary(uniqueKeysWithValues: limiter.status().map { ($0.name, $0.remaining) })
            #expect(left == ["all": 8, "each": 0])
            // Another model is not held up by those who wait for this one.
            let waiting = try await begin(limiter, simulation, key: key)
            #expect(try limiter.tryAcquire(for: RateLimitKey(tags: ["model": "b"])) != nil)
            let now = simulation.runtime.now
            _ = try await waiting.value
            #expect(simulation.runtime.now - now == .seconds(10))
        }
    }

    /// A call that needs much of a limit that others nibble at must get its turn.
    @Test func nobodyWhoCameLaterTakesWhatAWaiterSavesUp() throws {
        try run(["a": RateLimit.tokenBucket(rate: 10, burst: 10)]) { limiter, simulation in
            _ = try await limiter.acquire(cost: 10)
            let large = try await begin(limiter, simulation, cost: 10)
            let now = simulation.runtime.now
            #expect(try limiter.tryAcquire() == nil)
            try await simulation.sleep(for: .milliseconds(500))
            #expect(try limiter.tryAcquire() == nil)
            let small = try await begin(limiter, simulation)
            _ = try await large.value
            #expect(simulation.runtime.now - now == .seconds(1))
            _ = try await small.value
            #expect(simulation.runtime.now - now == .milliseconds(1100))
        }
    }

    @Test func aCancelledWaiterLeavesNothingBehindAndTheNextMovesUp() throws {
        try run(["a": RateLimit.tokenBucket(rate: 1, burst: 5)]) { limiter, simulation in
            _ = try await limiter.acquire(cost: 5)
            let first = try await begin(limiter, simulation, cost: 5)
            let second = try await begin(limiter, simulation, cost: 1)
            let now = simulation.runtime.now
            try await simulation.sleep(for: .seconds(2))
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            _ = try await second.value
            // Two had come together already.
            #expect(simulation.runtime.now - now == .seconds(2))
            #expect(limiter.status().first?.remaining == 1)
            #expect(limiter.waiting == 0)
        }
    }

    @Test func whatIsGivenBackWakesTheNext() throws {
        try run(["a": RateLimit(requests: 1, per: .seconds(3600))]) { limiter, simulation in
            let reservation = try await limiter.acquire()
            let now = simulation.runtime.now
            let waiting = try await begin(limiter, simulation)
            #expect(reservation.cancel())
            #expect(!reservation.cancel())
            #expect(!reservation.settle(actualCost: 5))
            _ = try await waiting.value
            #expect(simulation.runtime.now == now)
            #expect(limiter.totals.refunded == 1)
            #expect(limiter.status().first?.remaining == 0)
        }
    }

    @Test func anEstimateIsPutRight() throws {
        try run(["tokens": RateLimit(cost: 60, per: .seconds(60)), "calls": RateLimit(requests: 5, per: .seconds(60))])
        {
            limiter,
            simulation in
            func left() -> Int? { limiter.status().first { $0.name == "tokens" }?.remaining }
            _ = try await limiter.acquire(cost: 30).settle(actualCost: 10)
            #expect(left() == 50)
            _ = try await limiter.acquire(cost: 20).settle(actualCost: 80)
            #expect(left() == -30)
            #expect(limiter.status().first { $0.name == "calls" }?.remaining == 3)
            let now = simulation.runtime.now
            _ = try await limiter.acquire(cost: 10)
            #expect(simulation.runtime.now - now == .seconds(40))
            // A debt blocks for two minutes at most, whatever is said.
            _ = try await limiter.acquire(cost: 0).settle(actualCost: .max)
            #expect(left() == -120)
            _ = try await limiter.acquire(cost: 0, waiting: .waitUpTo(.seconds(121))).settle(actualCost: -5)
        }
    }

    @Test func tooManyWaitersAreRefused() throws {
        try run(["a": Self.oneASecond], change: { $0.maxWaiters = 2 }) { limiter, simulation in
            _ = try await limiter.acquire()
            let tasks = [try await begin(limiter, simulation), try await begin(limiter, simulation)]
            let error = await resilientError { try await limiter.acquire() }
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter == .seconds(3))
            #expect(error?.message.contains("max_waiters") == true)
            for task in tasks { _ = try await task.value }
        }
    }

    @Test func shutdownEndsEveryWaitNowAndLater() throws {
        try run(["a": Self.oneASecond]) { limiter, simulation in
            _ = try await limiter.acquire()
            let tasks = [try await begin(limiter, simulation), try await begin(limiter, simulation)]
            limiter.shutdown()
            #expect(simulation.runtime.liveTimers == 0)
            for task in tasks { #expect(await resilientError { try await task.value }?.code == .clientClosed) }
            #expect(await resilientError { try await limiter.acquire() }?.code == .clientClosed)
            #expect(throws: ResilientError.self) { try limiter.tryAcquire() }
        }
    }

    @Test func eachScopeKeepsItsKeysApart() throws {
        let scopes: [(RateLimitScope, RateLimitKey, RateLimitKey)] = [
            (.name, "a", "b"),
            (.tenant, RateLimitKey(tenant: "a"), RateLimitKey(tenant: "b")),
            (.endpoint, RateLimitKey(endpoint: "a"), RateLimitKey(endpoint: "b")),
            (.provider, RateLimitKey(tags: ["provider": "a"]), RateLimitKey(tags: ["provider": "b"])),
            (.tag("team"), RateLimitKey(tags: ["team": "a"]), RateLimitKey()),
            (
                .origin, RateLimitKey(origin: Origin(scheme: "https", host: "a")),
                RateLimitKey(origin: Origin(scheme: "https", host: "a", port: 1))
            ),
            (
                .all(.provider, .model), RateLimitKey(tags: ["provider": "p", "model": "a"]),
                RateLimitKey(tags: ["provider": "p", "model": "b"])
            ),
        ]
        for (scope, one, other) in scopes {
            try run(["a": .tokenBucket(rate: 1, burst: 1, scope: scope)]) { limiter, _ in
                let got = try [one, one, other].map { try limiter.tryAcquire(for: $0) != nil }
                #expect(got == [true, false, true], "\(scope)")
                #expect(limiter.status().count == 2)
            }
        }
    }

    @Test func keysAreBoundedAndThoseInUseStay() throws {
        var limit = RateLimit.tokenBucket(rate: 0.001, burst: 1, scope: .name)
        limit.maxKeys = 100
        try run(["a": limit]) { limiter, simulation in
            #expect(try limiter.tryAcquire(for: "hot") != nil)
            let waiting = try await begin(limiter, simulation, key: "awaited")
            _ = try await waiting.value
            let second = try await begin(limiter, simulation, key: "awaited")
            for number in 0..<5000 {
                _ = try limiter.tryAcquire(for: RateLimitKey(name: "\(number)"))
                // Asked for again and again, so it is not the one to be forgotten.
                #expect(try limiter.tryAcquire(for: "hot") == nil)
            }
            #expect(limiter.status(limit: 10_000).count == 100)
            #expect(limiter.totals.evicted == 4902)
            second.cancel()
            await #expect(throws: CancellationError.self) { try await second.value }
        }
    }

    @Test func statusSaysHowEachKeyStands() throws {
        try run(["a": RateLimit(requests: 2, per: .seconds(60), scope: .tenant)]) { limiter, simulation in
            let key = RateLimitKey(tenant: "acme")
            _ = try await limiter.acquire(for: key)
            try await simulation.sleep(for: .seconds(10))
            _ = try await limiter.acquire(for: key)
            _ = await resilientError { try await limiter.acquire(for: key, waiting: .fail) }
            let waiting = try await begin(limiter, simulation, key: key)
            let status = try #require(limiter.status().first)
            #expect(status.name == "a")
            #expect(status.key == "acme")
            #expect(status.limit == 2)
            #expect(status.remaining == 0)
            #expect(status.reset == 60)
            #expect(status.serverHolds == nil)
            #expect((status.waiting, status.granted, status.rejected) == (1, 2, 1))
            let text = String(decoding: try JSONEncoder().encode(status), as: UTF8.self)
            #expect(text.contains("\"waiting\":1"))
            _ = try await waiting.value
            #expect(limiter.totals.granted == 3)
            #expect(limiter.totals.waited == 1)
        }
    }
}

@Suite struct RefundTests {
    /// Had it not been taken, the bucket would have run over: that part does not come back, or five could go out at
    /// once where four may.
    @Test func aRefundBringsBackNoMoreThanTheBucketWouldHold() throws {
        let clock = SettableClock()
        var limit = RateLimit(cost: 1, per: .seconds(1))
        limit.burst = 4
        let limiter = try RateLimiter(RateLimitConfiguration(["a": limit]), runtime: ClientRuntime(clock: clock))
        let reservation = try #require(try limiter.tryAcquire(cost: 4))
        clock.set(.zero + .seconds(1))
        #expect(try limiter.tryAcquire() != nil)
        #expect(reservation.cancel())
        #expect(limiter.status().first?.remaining == 3)
        // Before anything could have run over, all of it comes back.
        let second = try #require(try limiter.tryAcquire(cost: 2))
        clock.set(.zero + .seconds(2))
        #expect(second.cancel())
        #expect(limiter.status().first?.remaining == 4)
    }
}
