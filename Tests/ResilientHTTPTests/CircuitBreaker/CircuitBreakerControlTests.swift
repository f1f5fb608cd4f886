import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

@Suite struct CircuitBreakerControlTests {
    private let clock = ManualClock()

    private func make() throws -> CircuitBreaker {
        try CircuitBreaker(failureThreshold: 2, name: "search", runtime: .manual(clock))
    }

    private func trip(_ breaker: CircuitBreaker) {
        for _ in 0..<2 { breaker.record(.failure(type: "timeout")) }
    }

    // MARK: - By hand

    @Test func forcedOpenItRefusesUntilItIsReset() throws {
        let breaker = try make()
        breaker.forceOpen()
        clock.advance(by: .seconds(1_000_000))
        let error = #expect(throws: ResilientError.self) { try breaker.acquire() }
        #expect(error?.code == .circuitOpen)
        #expect(error?.retryAfter == nil)
        #expect(error?.message.contains("Circuit breaker is open") == true)
        breaker.reset()
        #expect(breaker.state == .closed)
        #expect(breaker.status.rejectedCount == 0)
        try breaker.acquire().settle(.success)
    }

    @Test func forcedClosedAndMetricsOnlyItCountsAndNeverOpens() throws {
        let breaker = try make()
        breaker.forceClosed()
        trip(breaker)
        #expect(breaker.state == .forcedClosed)
        #expect(breaker.status.failureCount == 2)
        breaker.metricsOnly()
        trip(breaker)
        trip(breaker)
        #expect(breaker.state == .metricsOnly)
        #expect(breaker.status.wouldHaveOpenedCount == 2)
        try breaker.acquire().settle(.success)
    }

    @Test func disabledItCountsNothing() throws {
        let breaker = try make()
        breaker.disable()
        trip(breaker)
        trip(breaker)
        #expect(breaker.state == .disabled)
        #expect(breaker.status.failureCount == 0)
        #expect(breaker.status.lastFailureTime == nil)
    }

    @Test func whatIsInFlightWhenItIsResetIsLate() throws {
        let breaker = try make()
        let permits = try (0..<5).map { _ in try breaker.acquire() }
        breaker.reset()
        for permit in permits { permit.settle(.failure()) }
        #expect(breaker.state == .closed)
        #expect(breaker.status.inFlight == 0)
    }

    @Test func aProgramThatOnlyRecordsSeesItOpenAndClose() throws {
        let breaker = try make()
        trip(breaker)
        #expect(breaker.state == .open)
        breaker.record(.success)
        #expect(breaker.state == .open)
        clock.advance(by: .seconds(60))
        for _ in 0..<3 { breaker.record(.success) }
        #expect(breaker.state == .closed)
    }

    // MARK: - Around a closure

    @Test func runCountsWhatTheClosureThrowsAndRefusesWhenOpen() async throws {
        struct Broken: Error {}
        let breaker = try make()
        let runs = Atomic(0)
        for _ in 0..<4 {
            _ = try? await breaker.run {
                runs.add(1, ordering: .relaxed)
                throw Broken()
            }
        }
        #expect(runs.load(ordering: .relaxed) == 2)
        #expect(breaker.state == .open)
        #expect(breaker.status.lastFailureType == "Broken")
        clock.advance(by: .seconds(60))
        for _ in 0..<3 { #expect(try await breaker.run { 7 } == 7) }
        #expect(breaker.state == .closed)
    }

    @Test func runTakesCancellationsLocalRefusalsAndWhatTheCallerSaysForNothing() async throws {
        struct Odd: Error {}
        let breaker = try make()
        let errors: [any Error] = [
            CancellationError(), ResilientError(.rateLimited, ""), ResilientError(.queueFull, ""),
            ResilientError(.clientClosed, ""), ResilientError(.invalidRequest, ""), Odd(),
        ]
        for error in errors {
            for _ in 0..<3 {
                _ = try? await breaker.run(classify: { $0 is Odd ? .neutral : CircuitBreaker.outcome(of: $0) }) {
                    throw error
                }
            }
        }
        #expect(breaker.state == .closed)
        #expect(breaker.status.failureCount == 0)
        #expect(breaker.status.inFlight == 0)
    }

    @Test func anErrorOfACancelledTaskIsNeutralWhateverItIs() throws {
        let breaker = try make()
        try Simulation(seed: 0).run { simulation in
            for _ in 0..<3 {
                let task = simulation.start {
                    try await breaker.run {
                        do { try await simulation.sleep(for: .seconds(5)) } catch { throw URLError(.cancelled) }
                    }
                }
                try await simulation.sleep(for: .seconds(1))
                task.cancel()
                _ = await task.result
            }
        }
        #expect(breaker.status.failureCount == 0)
        #expect(breaker.status.inFlight == 0)
    }

    // MARK: - Telling

    @Test func theTransitionsTellTheStory() async throws {
        let breaker = try make()
        let transitions = breaker.transitions
        trip(breaker)
        clock.advance(by: .seconds(60))
        try breaker.acquire().settle(.failure())
        clock.advance(by: .seconds(60))
        for _ in 0..<3 { try breaker.acquire().settle(.success) }
        breaker.forceOpen()
        var story: [String] = []
        for await transition in transitions {
            #expect(transition.breaker == "search")
            story.append("\(transition.from) \(transition.to) \(transition.reason)")
            if transition.to == .forcedOpen { break }
        }
        #expect(
            story == [
                "closed open failures", "open half_open recovery_timeout", "half_open open probe_failed",
                "open half_open recovery_timeout", "half_open closed probes_succeeded", "closed forced_open manual",
            ]
        )
    }

    @Test func aSlowListenerLosesTheOldestAndTheyAreCounted() async throws {
        let breaker = try make()
        let transitions = breaker.transitions
        for _ in 0..<50 {
            breaker.forceOpen()
            breaker.reset()
        }
        #expect(breaker.droppedTransitions == 36)
        var iterator = transitions.makeAsyncIterator()
        #expect(await iterator.next()?.to == .forcedOpen)
    }

    @Test func theStreamEndsWithTheBreaker() async throws {
        var breaker: CircuitBreaker? = try make()
        let transitions = try #require(breaker?.transitions)
        breaker?.forceOpen()
        breaker = nil
        var count = 0
        for await _ in transitions { count += 1 }
        #expect(count == 1)
    }

    @Test func theStatusIsDataInSnakeCase() throws {
        let breaker = try make()
        trip(breaker)
        clock.advance(by: .seconds(15))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.dateEncodingStrategy = .secondsSince1970
        let data = try encoder.encode(breaker.status)
        #expect(
            String(decoding: data, as: UTF8.self) == """
                {"call_count":2,"failure_count":2,"in_flight":0,"last_failure_time":1767225600,\
                "last_failure_type":"timeout","late_count":0,"name":"search","next_probe_at":1767225660,\
                "next_probe_in":45,"opened_at":1767225600,"opened_count":1,"probe_successes":0,"probes_in_flight":0,\
                "rejected_count":0,"state":"open","would_have_opened_count":0}
                """
        )
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        #expect(try decoder.decode(CircuitBreakerStatus.self, from: data) == breaker.status)
    }

    // MARK: - Waits that it ends

    @Test func openingEndsEveryWaitOnce() throws {
        let breaker = try make()
        let errors = Mutex<[ResilientError]>([])
        let watches = try (0..<10).map { _ in
            try breaker.watch { error in errors.withLock { $0.append(error) } }
        }
        #expect(watches[0].cancel())
        trip(breaker)
        #expect(errors.withLock { $0.count } == 9)
        #expect(errors.withLock { $0.allSatisfy { $0.code == .circuitOpen && $0.retryAfter == .seconds(60) } })
        #expect(!watches[1].cancel())
        #expect(breaker.status.rejectedCount == 9)
        breaker.reset()
        trip(breaker)
        #expect(errors.withLock { $0.count } == 9)
    }

    @Test func whoeverIsAboutToWaitIsToldAtOnceWhenItIsOpen() throws {
        let breaker = try make()
        try breaker.checkIfOpen()
        trip(breaker)
        #expect(throws: ResilientError.self) { try breaker.checkIfOpen() }
        #expect(throws: ResilientError.self) { try breaker.watch { _ in Issue.record("it was not registered") } }
        clock.advance(by: .seconds(60))
        // Asking takes no permit: a probe may go, and still may after it was asked.
        try breaker.checkIfOpen()
        try breaker.checkIfOpen()
        #expect(breaker.state == .open)
        let probes = try (0..<3).map { _ in try breaker.acquire() }
        #expect(throws: ResilientError.self) { try breaker.checkIfOpen() }
        withExtendedLifetime(probes) {}
    }
}
