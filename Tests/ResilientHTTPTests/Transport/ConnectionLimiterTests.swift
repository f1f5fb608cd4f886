import Foundation
import Testing

@testable import ResilientHTTP

@Suite(.timeLimit(.minutes(1)))
struct ConnectionLimiterTests {
    private static let here = Origin(scheme: "http", host: "a")
    private static let there = Origin(scheme: "http", host: "b")

    private func context(deadline: Duration? = nil) -> RequestContext {
        let runtime = ClientRuntime()
        let call = CallRecord(requestID: RequestID(high: 0, low: 0), options: RequestOptions(), runtime: runtime)
        var context = RequestContext(call: call, body: .bytes(limit: .max))
        if let deadline {
            context.tighten(Deadline(runtime.now + deadline, kind: .total, timeout: deadline))
        }
        return context
    }

    private func wait(
        _ limiter: ConnectionLimiter,
        _ origin: Origin,
        as waiters: Int
    ) async -> Task<ConnectionLimiter.Place, any Error> {
        let context = context()
        let task = Task { try await limiter.acquire(origin, context: context) }
        while limiter.counts.waiting < waiters { await Task.yield() }
        return task
    }

    @Test func placesAreGivenInOrder() async throws {
        let limiter = ConnectionLimiter(total: 1, perOrigin: 1)
        let first = try await limiter.acquire(Self.here, context: context())
        let second = await wait(limiter, Self.here, as: 1)
        let third = await wait(limiter, Self.there, as: 2)
        let fourth = await wait(limiter, Self.here, as: 3)
        first.giveBack()
        first.giveBack()
        let place = try await second.value
        #expect(limiter.counts.waiting == 2)
        place.giveBack()
        let other = try await third.value
        #expect(limiter.counts.waiting == 1)
        other.giveBack()
        try await fourth.value.giveBack()
        #expect(limiter.counts == (0, 0, 0))
    }

    @Test func aFullOriginHoldsUpNobodyElse() async throws {
        let limiter = ConnectionLimiter(total: 2, perOrigin: 1)
        let first = try await limiter.acquire(Self.here, context: context())
        let waiting = await wait(limiter, Self.here, as: 1)
        let other = try await limiter.acquire(Self.there, context: context())
        #expect(limiter.counts == (2, 1, 2))
        other.giveBack()
        #expect(limiter.counts == (1, 1, 1))
        first.giveBack()
        try await waiting.value.giveBack()
        #expect(limiter.counts == (0, 0, 0))
    }

    @Test func aDroppedPlaceIsGivenBack() async throws {
        let limiter = ConnectionLimiter(total: 1, perOrigin: 1)
        _ = try await limiter.acquire(Self.here, context: context())
        #expect(limiter.counts == (0, 0, 0))
    }

    @Test func aCancelledWaiterLeavesNothingBehind() async throws {
        let limiter = ConnectionLimiter(total: 1, perOrigin: 5)
        let first = try await limiter.acquire(Self.here, context: context())
        // One waits for the total, one for its origin's turn in the common line.
        for origin in [Self.here, Self.there] {
            let task = await wait(limiter, origin, as: 1)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(limiter.counts == (1, 0, 1))
        first.giveBack()
        #expect(limiter.counts == (0, 0, 0))
    }

    @Test func theDeadlineEndsAWait() async throws {
        let limiter = ConnectionLimiter(total: 1, perOrigin: 1)
        let first = try await limiter.acquire(Self.here, context: context())
        let error = try #require(
            await #expect(throws: ResilientError.self) {
                try await limiter.acquire(Self.here, context: context(deadline: .milliseconds(5)))
            }
        )
        #expect(error.code == .deadlineExceeded)
        #expect(error.reachedServer == .no)
        #expect(limiter.counts == (1, 0, 1))
        first.giveBack()
    }

    @Test func closingEndsEveryWait() async throws {
        let limiter = ConnectionLimiter(total: 2, perOrigin: 1)
        let first = try await limiter.acquire(Self.here, context: context())
        let second = try await limiter.acquire(Self.there, context: context())
        let tasks = [await wait(limiter, Self.here, as: 1), await wait(limiter, Self.there, as: 2)]
        limiter.close()
        for task in tasks {
            let error = await #expect(throws: ResilientError.self) { try await task.value }
            #expect(error?.code == .clientClosed)
        }
        await #expect(throws: ResilientError.self) { try await limiter.acquire(Self.here, context: context()) }
        first.giveBack()
        second.giveBack()
        #expect(limiter.counts == (0, 0, 0))
    }

    /// A grant that races a cancellation must not lose the place.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func cancellationsAndGrantsRace(_ seed: UInt64) async throws {
        let limiter = ConnectionLimiter(total: 3, perOrigin: 2)
        await withTaskGroup { group in
            for number in 0..<2_000 {
                let context = context()
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(number))
                    let origin = Origin(scheme: "http", host: "\(Int.random(in: 0..<4, using: &random))")
                    let task = Task {
                        let place = try await limiter.acquire(origin, context: context)
                        #expect(limiter.counts.used <= 3)
                        await Task.yield()
                        place.giveBack()
                    }
                    for _ in 0..<Int.random(in: 0..<50, using: &random) { await Task.yield() }
                    if number.isMultiple(of: 2) { task.cancel() }
                    _ = await task.result
                }
            }
        }
        #expect(limiter.counts == (0, 0, 0))
    }
}
