import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct CircuitBreakerTests {
    private let clock = ManualClock()

    private func make(_ change: (inout CircuitBreakerConfiguration) -> Void = { _ in }) throws -> CircuitBreaker {
        try CircuitBreaker(CircuitBreakerConfiguration().with(change), name: "search", runtime: .manual(clock))
    }

    private func fail(_ breaker: CircuitBreaker, times: Int = 5) throws {
        for _ in 0..<times { try breaker.acquire().settle(.failure(type: "status_503")) }
    }

    private func refusal(_ breaker: CircuitBreaker) -> ResilientError? {
        do {
            _ = try breaker.acquire()
            return nil
        } catch {
            return error as? ResilientError
        }
    }

    // MARK: - Opening

    @Test func fiveFailuresInARowOpenIt() throws {
        let breaker = try make()
        try fail(breaker, times: 4)
        try breaker.acquire().settle(.success)
        try fail(breaker, times: 4)
        #expect(breaker.state == .closed)
        try fail(breaker, times: 1)
        #expect(breaker.state == .open)
        #expect(breaker.status.failureCount == 5)
    }

    @Test func theRefusalSaysWhatIsOpenAndWhenToComeBack() throws {
        let breaker = try make()
        try fail(breaker)
        clock.advance(by: .seconds(18))
        let error = try #require(refusal(breaker))
        #expect(error.code == .circuitOpen)
        #expect(error.retryAfter == .seconds(42))
        #expect(error.reachedServer == .no)
        #expect(error.description.contains("Circuit breaker is open for search"))
        #expect(error.description.contains("status_503"))
        #expect(error.description.contains("42.0 s"))
        #expect(breaker.status.rejectedCount == 1)
    }

    @Test func theTimeThatTheServerAskedForIsWaitedForUpToACap() throws {
        for (asked, expected) in [(10, 60), (200, 200), (9000, 300)] {
            let breaker = try make()
            try fail(breaker, times: 4)
            try breaker.acquire().settle(.failure(), retryAfter: .seconds(asked))
            #expect(refusal(breaker)?.retryAfter == .seconds(expected))
        }
        let deaf = try make { $0.heedsServer = false }
        try fail(deaf, times: 4)
        try deaf.acquire().settle(.failure(), retryAfter: .seconds(200))
        #expect(refusal(deaf)?.retryAfter == .seconds(60))
    }

    @Test func anEarlierFailuresRetryAfterCountsToo() throws {
        let breaker = try make()
        try breaker.acquire().settle(.failure(), retryAfter: .seconds(200))
        clock.advance(by: .seconds(50))
        try fail(breaker, times: 4)
        #expect(refusal(breaker)?.retryAfter == .seconds(150))
    }

    // MARK: - Half-open

    @Test func onlySoManyProbesAreInFlightAndTheRestIsRefused() throws {
        let breaker = try make()
        try fail(breaker)
        clock.advance(by: .seconds(60))
        let probes = try (0..<3).map { _ in try breaker.acquire() }
        #expect(probes.count { $0.isProbe } == 3)
        for _ in 0..<47 {
            let error = try #require(refusal(breaker))
            #expect(error.code == .circuitOpen)
            #expect(error.retryAfter == .seconds(1))
        }
        for probe in probes { probe.settle(.success) }
        #expect(breaker.state == .closed)
        #expect(breaker.status.rejectedCount == 47)
    }

    @Test func aSuccessTakesTheServersWishBack() throws {
        let breaker = try make {
            $0.failureThreshold = 2
            $0.recoveryTimeout = .seconds(5)
        }
        try breaker.acquire().settle(.failure(), retryAfter: .seconds(300))
        for _ in 0..<2 { try breaker.acquire().settle(.success) }
        clock.advance(by: .seconds(10))
        try fail(breaker, times: 2)
        #expect(refusal(breaker)?.retryAfter == .seconds(5))
        // Without a success it stands, also beside failures that say nothing.
        clock.advance(by: .seconds(5))
        try breaker.acquire().settle(.failure(), retryAfter: .seconds(40))
        clock.advance(by: .seconds(40))
        let probe = try breaker.acquire()
        probe.settle(.success)
        try fail(breaker, times: 1)
        #expect(refusal(breaker)?.retryAfter == .seconds(5))
    }

    @Test func aFailedProbeReopensForLongerAndLongerUntilItHasClosed() throws {
        let breaker = try make {
            $0.recoveryFactor = 2
            $0.maxRecoveryTimeout = .seconds(200)
        }
        try fail(breaker)
        for expected in [60, 120, 200, 200] {
            #expect(refusal(breaker)?.retryAfter == .seconds(expected))
            clock.advance(by: .seconds(expected))
            try breaker.acquire().settle(.failure())
        }
        clock.advance(by: .seconds(200))
        for _ in 0..<3 { try breaker.acquire().settle(.success) }
        #expect(breaker.state == .closed)
        try fail(breaker)
        #expect(refusal(breaker)?.retryAfter == .seconds(60))
    }

    @Test func reopeningAThousandTimesDoesNotOverflow() throws {
        let breaker = try make {
            $0.recoveryFactor = 1000
            $0.maxRecoveryTimeout = .seconds(1_000_000_000)
        }
        try fail(breaker)
        for _ in 0..<1000 {
            let wait = try #require(breaker.status.nextProbeIn)
            clock.advance(by: .seconds(min(wait, 1_000_000)))
            if let permit = try? breaker.acquire() { permit.settle(.failure()) }
        }
        #expect(breaker.status.nextProbeIn ?? 0 > 0)
    }

    @Test func aCancelledProbeGivesItsSlotBackAndClosesNothing() throws {
        let breaker = try make { $0.halfOpenMaxCalls = 1 }
        try fail(breaker)
        clock.advance(by: .seconds(60))
        for _ in 0..<10 {
            try breaker.acquire().settle(.neutral)
            #expect(breaker.state == .halfOpen)
        }
        #expect(breaker.status.probesInFlight == 0)
    }

    @Test func probesThatNeverEndReopenItInsteadOfBlockingItForEver() throws {
        let breaker = try make()
        try fail(breaker)
        clock.advance(by: .seconds(60))
        let lost = try (0..<3).map { _ in try breaker.acquire() }
        clock.advance(by: .seconds(59))
        #expect(refusal(breaker)?.retryAfter == .seconds(1))
        #expect(breaker.state == .halfOpen)
        clock.advance(by: .seconds(1))
        #expect(refusal(breaker)?.retryAfter == .seconds(60))
        #expect(breaker.state == .open)
        clock.advance(by: .seconds(60))
        let probe = try breaker.acquire()
        for late in lost { late.settle(.success) }
        #expect(breaker.state == .halfOpen)
        #expect(breaker.status.probesInFlight == 1)
        #expect(breaker.status.lateCount == 3)
        probe.settle(.neutral)
    }

    @Test func probesOfAnEarlierHalfOpenStateStillHoldTheirSlots() throws {
        let breaker = try make { $0.recoveryTimeout = .seconds(1) }
        try fail(breaker)
        clock.advance(by: .seconds(1))
        let slow = try (0..<2).map { _ in try breaker.acquire() }
        try breaker.acquire().settle(.failure())
        clock.advance(by: .seconds(1))
        let third = try breaker.acquire()
        #expect(refusal(breaker) != nil)
        #expect(breaker.status.probesInFlight == 3)
        slow[0].settle(.success)
        #expect(breaker.status.probeSuccesses == 0)
        let fourth = try breaker.acquire()
        withExtendedLifetime((slow, third, fourth)) {}
    }

    @Test func aPermitSettlesOnceAndADroppedOneGivesItsSlotBack() throws {
        let breaker = try make { $0.failureThreshold = 2 }
        let permit = try breaker.acquire()
        #expect(permit.settle(.failure()))
        #expect(!permit.settle(.failure()))
        #expect(breaker.state == .closed)
        try fail(breaker, times: 1)
        clock.advance(by: .seconds(60))
        for _ in 0..<10 { _ = try breaker.acquire() }
        #expect(breaker.status.probesInFlight == 0)
        #expect(breaker.status.inFlight == 0)
    }

    @Test func lateResultsMoveNothing() throws {
        let breaker = try make()
        let early = try (0..<10).map { _ in try breaker.acquire() }
        try fail(breaker)
        for permit in early.prefix(5) { permit.settle(.success) }
        #expect(breaker.state == .open)
        clock.advance(by: .seconds(60))
        for _ in 0..<3 { try breaker.acquire().settle(.success) }
        #expect(breaker.state == .closed)
        for permit in early.suffix(5) { permit.settle(.failure()) }
        #expect(breaker.state == .closed)
        #expect(breaker.status.failureCount == 0)
        #expect(breaker.status.lateCount == 10)
    }

    @Test func aSlowProbeReopensAndWithRatesTheShareOfProbesDecides() throws {
        func half(_ rule: CircuitBreakerConfiguration.ProbeRule) throws -> CircuitBreaker {
            let breaker = try make {
                $0.window = .count
                $0.minimumCalls = 5
                $0.windowSize = 5
                $0.slowCallRate = 0.5
                $0.slowCallDuration = .seconds(1)
                $0.successThreshold = 4
                $0.halfOpenMaxCalls = 4
                $0.probeRule = rule
            }
            try fail(breaker)
            clock.advance(by: .seconds(60))
            return breaker
        }
        let strict = try half(.firstFailure)
        try strict.acquire().settle(.success, duration: .seconds(2))
        #expect(strict.state == .open)

        let lenient = try half(.rate)
        try lenient.acquire().settle(.success, duration: .seconds(2))
        try lenient.acquire().settle(.success, duration: .seconds(1))
        try lenient.acquire().settle(.success)
        #expect(lenient.state == .halfOpen)
        try lenient.acquire().settle(.success)
        #expect(lenient.state == .closed)

        let failing = try half(.rate)
        for outcome in [CircuitBreaker.Outcome.success, .failure(), .success, .failure()] {
            let probe = try failing.acquire()
            #expect(failing.state == .halfOpen)
            probe.settle(outcome)
        }
        #expect(failing.state == .open)
    }

    // MARK: - Windows

    @Test func aRateMeansNothingBelowTheMinimumAndOpensWhenItIsReached() throws {
        let breaker = try CircuitBreaker(.count(20, failureRate: 0.5, minimumCalls: 10), runtime: .manual(clock))
        for _ in 0..<9 { try breaker.acquire().settle(.failure()) }
        #expect(breaker.state == .closed)
        #expect(breaker.status.failureRate == nil)
        try breaker.acquire().settle(.success)
        #expect(breaker.state == .open)
        #expect(breaker.status.failureRate == 0.9)
    }

    @Test func failuresThatTheTimeWindowHasLeftBehindCountNoMore() throws {
        let breaker = try CircuitBreaker(.time(.seconds(30), minimumCalls: 5), runtime: .manual(clock))
        for _ in 0..<4 { try breaker.acquire().settle(.failure()) }
        clock.advance(by: .seconds(30))
        for _ in 0..<4 { try breaker.acquire().settle(.failure()) }
        #expect(breaker.state == .closed)
        #expect(breaker.status.callCount == 4)
        try breaker.acquire().settle(.failure())
        #expect(breaker.state == .open)
    }

    @Test func slowCallsOpenItThoughTheySucceed() throws {
        let breaker = try make {
            $0.window = .time
            $0.slowCallRate = 0.8
            $0.slowCallDuration = .seconds(2)
        }
        for index in 0..<10 {
            let permit = try breaker.acquire()
            clock.advance(by: index < 2 ? .seconds(2) : .milliseconds(2001))
            permit.settle(.success)
        }
        #expect(breaker.state == .open)
        #expect(breaker.status.slowCallRate == 0.8)
        #expect(breaker.status.failureRate == 0)
    }
}
