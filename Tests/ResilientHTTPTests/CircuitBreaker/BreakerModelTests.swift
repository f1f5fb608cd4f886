import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// The real breaker and the reference model, side by side through random schedules.
@Suite(.oneAtATime) struct BreakerModelTests {
    private static let schedules = 6000

    @Test func theBreakerDoesWhatTheReferenceModelDoesOnEveryScheduleOfCalls() throws {
        var opened = 0
        var closed = 0
        for seed in Simulation.seeds(Self.schedules) {
            let counts = try compare(seed: seed)
            opened += counts.opened
            closed += counts.closed
        }
        guard !Simulation.isRerun else { return }
        #expect(opened >= Self.schedules)
        #expect(closed >= Self.schedules / 4)
    }

    private func compare(seed: UInt64) throws -> (opened: Int, closed: Int) {
        var random = SeededGenerator(seed: seed)
        let clock = ManualClock()
        let configuration = Self.configuration(&random)
        var real = try RealBreaker(configuration, runtime: .manual(clock))
        var model = ReferenceBreaker(configuration)
        var grants: [BreakerGrant] = []
        var counts = (opened: 0, closed: 0)
        var state = CircuitBreaker.State.closed
        // The service is well for a while and ill for a while, or else nothing but the beginning is ever seen.
        var illness = 0.5
        for step in 0..<80 {
            let now = clock.now
            let what: String
            switch random.next() % 32 {
            case 0...11:
                let (left, right) = (real.acquire(now: now), model.acquire(now: now))
                what = "acquire gave \(left as Any), expected \(right as Any)"
                guard left?.isProbe == right?.isProbe else { throw Mismatch(seed: seed, step: step, what: what) }
                if let left { grants.append(left) }
            case 12...22 where !grants.isEmpty:
                let grant = grants.remove(at: Int(random.next() % UInt64(grants.count)))
                let verdict = Self.verdict(&random, illness)
                real.settle(grant, verdict, now: now)
                model.settle(grant, verdict, now: now)
                what = "\(grant) \(verdict)"
            case 23:
                let verdict = Self.verdict(&random, illness)
                real.record(verdict, now: now)
                model.record(verdict, now: now)
                what = "recorded \(verdict)"
            case 24 where random.next() % 16 == 0:
                let forced = CircuitBreaker.State.allCases[Int(random.next() % 7)]
                real.force(forced, now: now)
                model.force(forced, now: now)
                what = "forced \(forced)"
            case 25:
                illness = [0.05, 0.5, 0.95][Int(random.next() % 3)]
                what = "another illness"
            default:
                clock.advance(by: Self.pause(&random, configuration))
                what = "time passed"
            }
            let (left, right) = (real.look(now: clock.now), model.look(now: clock.now))
            guard left == right else {
                throw Mismatch(seed: seed, step: step, what: "after \(what): is \(left), expected \(right)")
            }
            if left.state != state {
                if left.state == .open { counts.opened += 1 }
                if left.state == .closed { counts.closed += 1 }
                state = left.state
            }
        }
        return counts
    }

    private struct Mismatch: Error {
        let seed: UInt64
        let step: Int
        let what: String
    }

    private static func verdict(_ random: inout SeededGenerator, _ illness: Double) -> BreakerVerdict {
        if random.unit() < 0.15 { return .neutral }
        return random.unit() < illness ? .failure : .success
    }

    /// Whole tenths of a second, so that boundaries are met exactly.
    private static func pause(
        _ random: inout SeededGenerator,
        _ configuration: CircuitBreakerConfiguration
    ) -> Duration {
        switch random.next() % 8 {
        case 0: configuration.recoveryTimeout
        case 1: configuration.halfOpenTimeout
        case 2: configuration.windowTime
        case 3: configuration.slowCallDuration
        default: .milliseconds(100 * Int(random.next() % 12))
        }
    }

    private static func configuration(_ random: inout SeededGenerator) -> CircuitBreakerConfiguration {
        func below(_ bound: UInt64) -> Int { Int(random.next() % bound) }
        var configuration = CircuitBreakerConfiguration()
        configuration.window = [.consecutive, .count, .time][below(3)]
        configuration.failureThreshold = 1 + below(5)
        configuration.windowSize = 1 + below(8)
        configuration.windowTime = [.seconds(3), .seconds(10), .milliseconds(3200)][below(3)]
        configuration.failureRate = [0.1, 0.3, 0.5, 0.7, 1][below(5)]
        configuration.minimumCalls = 1 + below(UInt64(configuration.windowSize))
        if configuration.window != .consecutive {
            configuration.slowCallRate = [nil, 0.4, 1][below(3)]
            configuration.probeRule = [.firstFailure, .rate][below(2)]
        }
        configuration.slowCallDuration = .milliseconds(500)
        configuration.recoveryTimeout = .milliseconds(500 + 500 * below(4))
        configuration.recoveryFactor = [1, 2][below(2)]
        configuration.maxRecoveryTimeout = .seconds(4)
        configuration.halfOpenMaxCalls = 1 + below(4)
        configuration.successThreshold = 1 + below(5)
        configuration.halfOpenTimeout = .seconds(1 + below(3))
        return configuration
    }
}
