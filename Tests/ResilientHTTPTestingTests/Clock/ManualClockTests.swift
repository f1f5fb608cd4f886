import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

@Suite struct ManualClockTests {
    private final class Log: Sendable {
        private let entries = Mutex<[String]>([])
        var all: [String] { entries.withLock { $0 } }
        func add(_ entry: String) { entries.withLock { $0.append(entry) } }
    }

    private let clock = ManualClock(startingAt: .zero)
    private let log = Log()

    private func timer(_ name: String, at seconds: Int) -> ClockTimer {
        clock.schedule(at: .zero + .seconds(seconds)) { [clock, log] in
            log.add("\(name) at \(clock.now.nanoseconds / 1_000_000_000)")
        }
    }

    @Test func timersFireInTheOrderOfTheirTimesAndTiesInTheOrderOfTheirMaking() {
        _ = timer("c", at: 3)
        _ = timer("a", at: 1)
        _ = timer("b1", at: 2)
        _ = timer("b2", at: 2)
        _ = timer("b3", at: 2)
        clock.advance(by: .seconds(2))
        #expect(log.all == ["a at 1", "b1 at 2", "b2 at 2", "b3 at 2"])
        #expect(clock.nextTimer == .zero + .seconds(3))
        clock.advance(by: .seconds(5))
        #expect(log.all.last == "c at 3")
        #expect(clock.now == .zero + .seconds(7))
        #expect(clock.pendingTimers == 0)
    }

    @Test func timersMadeByTimersFireInTheSameMove() {
        _ = clock.schedule(at: .zero + .seconds(1)) { [clock, log] in
            _ = clock.schedule(at: clock.now + .seconds(1)) { log.add("second at \(clock.now.nanoseconds)") }
            _ = clock.schedule(at: clock.now + .seconds(9)) { log.add("too late") }
        }
        clock.advance(by: .seconds(5))
        #expect(log.all == ["second at 2000000000"])
        #expect(clock.pendingTimers == 1)
    }

    @Test func aTimerForThePastFiresAtTheNextMoveAndDoesNotTurnTimeBack() {
        clock.advance(by: .seconds(5))
        _ = timer("past", at: 1)
        #expect(log.all.isEmpty)
        clock.advance(by: .zero)
        #expect(log.all == ["past at 5"])
    }

    @Test func aTimerIsCancelledOnceAndNotAfterItHasFired() {
        let cancelled = timer("cancelled", at: 1)
        let fired = timer("fired", at: 1)
        #expect(cancelled.cancel())
        #expect(!cancelled.cancel())
        clock.advance(by: .seconds(1))
        #expect(!fired.cancel())
        #expect(log.all == ["fired at 1"])
    }

    @Test func aNegativeMoveAndAMoveIntoThePastMoveNothing() {
        clock.advance(by: .seconds(5))
        clock.advance(by: .seconds(-3))
        clock.advance(to: .zero)
        #expect(clock.now == .zero + .seconds(5))
    }

    @Test func theEndOfTimeNeverComes() {
        _ = clock.schedule(at: .distantFuture) { [log] in log.add("the end") }
        clock.advance(by: .seconds(1_000_000_000_000_000_000))
        #expect(log.all.isEmpty)
        #expect(clock.now == .distantFuture)
    }

    @Test(.timeLimit(.minutes(1)))
    func oneCanWaitUntilSomeTimersArePending() async throws {
        try await clock.waitForTimers(0)
        let one = Task { [clock] in try await clock.waitForTimers() }
        let three = Task { [clock] in try await clock.waitForTimers(3) }
        _ = timer("1", at: 1)
        try await one.value
        _ = timer("2", at: 1)
        _ = timer("3", at: 1)
        try await three.value
        try await clock.waitForTimers(2)
    }

    @Test(.timeLimit(.minutes(1)))
    func waitingForTimersEndsWithTheTask() async {
        let waiting = Task { [clock] in try await clock.waitForTimers() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test func theTimeOfDayMovesWithTheClock() {
        let wallClock = ManualWallClock(following: clock)
        #expect(wallClock.date.timeIntervalSince1970 == 1_767_225_600)
        clock.advance(by: .milliseconds(90_500))
        #expect(wallClock.date.timeIntervalSince1970 == 1_767_225_690.5)
    }

    @Test func aManualRuntimeIsRepeatable() {
        let numbers = ([0, 0, 1] as [UInt64]).map { seed in
            let runtime = ClientRuntime.manual(ManualClock(), seed: seed)
            return (0..<4).map { _ in runtime.randomBits() }
        }
        #expect(numbers[0] == numbers[1])
        #expect(numbers[0] != numbers[2])
    }
}
