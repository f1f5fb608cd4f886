import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

@Suite(.oneAtATime) struct BreakerStormTests {
    @Test func theRulesHoldWhateverIsCancelledWhen() throws {
        var tally = Tally<BreakerEvent>()
        for seed in Simulation.seeds(4000) {
            tally += try BreakerStorm<RealBreaker>.run(seed: seed) { try RealBreaker($0, runtime: $1) }
        }
        guard !Simulation.isRerun else { return }
        #expect(tally[.cancelledProbes] >= 500, "\(tally)")
        #expect(tally[.lateResults] >= 500, "\(tally)")
        #expect(tally[.refusedAfterGrant] >= 500, "\(tally)")
        #expect(tally[.refused] >= 500, "\(tally)")
        #expect(tally[.closed] >= 500, "\(tally)")
        #expect(tally[.givenUp] >= 100, "\(tally)")
    }

    @Test func theReferenceModelKeepsTheRulesToo() throws {
        for seed in Simulation.seeds(500) {
            _ = try BreakerStorm<ReferenceBreaker>.run(seed: seed) { configuration, _ in
                ReferenceBreaker(configuration)
            }
        }
    }

    @Test(.enabled(if: !Simulation.isRerun), arguments: ReferenceBreaker.Defect.allCases)
    func everyDefectIsFoundWithinAThousandSchedules(_ defect: ReferenceBreaker.Defect) {
        let found = (0..<UInt64(1000)).first { seed in
            do {
                _ = try BreakerStorm<ReferenceBreaker>.run(seed: seed) { configuration, _ in
                    ReferenceBreaker(configuration, defect: defect)
                }
                return false
            } catch {
                return true
            }
        }
        #expect(found != nil, "\(defect) went unnoticed")
    }

    /// A number that goes up and down.
    private final class Gauge: Sendable {
        private let value = Mutex((now: 0, most: 0))

        var most: Int { value.withLock { $0.most } }

        func add(_ change: Int) {
            value.withLock { $0 = ($0.now + change, max($0.most, $0.now + change)) }
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func theSameHoldsOnTheOrdinaryThreadPool() async throws {
        let configuration = CircuitBreakerConfiguration(
            failureThreshold: 2,
            recoveryTimeout: .milliseconds(1),
            successThreshold: 3,
            halfOpenMaxCalls: 2
        )
        let clock = ManualClock()
        let breaker = try CircuitBreaker(configuration, runtime: .manual(clock))
        let probes = Gauge()
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<16 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(caller))
                    for _ in 0..<400 {
                        clock.advance(by: .microseconds(Int(random.next() % 200)))
                        guard let permit = try? breaker.acquire() else { continue }
                        if permit.isProbe { probes.add(1) }
                        if random.next() % 2 == 0 { await Task.yield() }
                        if permit.isProbe { probes.add(-1) }
                        switch random.next() % 4 {
                        case 0: permit.settle(.failure())
                        case 1: break
                        default: permit.settle(.success)
                        }
                    }
                }
            }
        }
        #expect(1...2 ~= probes.most)
        let status = breaker.status
        #expect(status.inFlight == 0)
        #expect(status.probesInFlight == 0)
        for _ in 0..<4 {
            clock.advance(by: .milliseconds(1))
            _ = try? breaker.acquire().settle(.success)
        }
        #expect(breaker.state == .closed)
    }
}
