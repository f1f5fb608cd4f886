import ResilientHTTP
import ResilientHTTPTesting

/// Callers of one breaker over a moody service, some of whom give up in the middle: one schedule of a simulation.
struct BreakerStorm<Subject: BreakerSubject> {
    let simulation: Simulation
    let configuration: CircuitBreakerConfiguration
    let witness: BreakerWitness<Subject>

    private static var callers: Int { 6 }
    private static var callsEach: Int { 4 }

    static func configuration(seed: UInt64) -> CircuitBreakerConfiguration {
        var random = SeededGenerator(seed: seed)
        func upTo(_ bound: UInt64) -> Int { 1 + Int(random.next() % bound) }
        var configuration = CircuitBreakerConfiguration(
            failureThreshold: upTo(3),
            recoveryTimeout: .milliseconds(5 * upTo(2)),
            successThreshold: upTo(4),
            halfOpenMaxCalls: upTo(3)
        )
        configuration.halfOpenTimeout = .milliseconds(25)
        configuration.recoveryFactor = Double(upTo(2))
        configuration.maxRecoveryTimeout = .milliseconds(20)
        return configuration
    }

    static func run(
        seed: UInt64,
        _ make: @escaping @Sendable (CircuitBreakerConfiguration, ClientRuntime) throws -> Subject
    ) throws -> Tally<BreakerEvent> {
        let configuration = configuration(seed: seed)
        let simulation = Simulation(seed: seed)
        return try simulation.run { simulation in
            let subject = try make(configuration, simulation.runtime)
            let storm = BreakerStorm(
                simulation: simulation,
                configuration: configuration,
                witness: BreakerWitness(subject, configuration)
            )
            return try await storm.run()
        }
    }

    private func run() async throws -> Tally<BreakerEvent> {
        let callers = (0..<Self.callers).map { _ in
            simulation.start {
                for _ in 0..<Self.callsEach {
                    try await simulation.sleep(for: upTo(8))
                    try await call()
                }
            }
        }
        for caller in callers { try await caller.value }
        try witness.finish(now: simulation.clock.now)
        try await recover()
        return witness.tally
    }

    private func call() async throws {
        guard let grant = try witness.acquire(now: simulation.clock.now) else { return }
        let length = chance(5) ? configuration.halfOpenTimeout + upTo(40) : upTo(20)
        let end: BreakerWitness<Subject>.End = chance(7) ? .refused : chance(2) ? .failure : .success
        let task = simulation.start {
            var end = end
            do { try await simulation.sleep(for: length) } catch { end = .cancelled }
            try witness.settle(grant, end, now: simulation.clock.now)
        }
        if chance(4) {
            let timer = simulation.runtime.schedule(at: simulation.clock.now + upTo(20)) { task.cancel() }
            defer { timer.cancel() }
            try await task.value
        } else {
            try await task.value
        }
    }

    /// Whatever has happened, a service that is well again is called again.
    private func recover() async throws {
        for _ in 0..<(configuration.successThreshold + 1) {
            try await simulation.sleep(for: configuration.maxRecoveryTimeout)
            if let grant = try witness.acquire(now: simulation.clock.now) {
                try witness.settle(grant, .success, now: simulation.clock.now)
            }
        }
        let state = witness.state(now: simulation.clock.now)
        guard state == .closed else {
            throw Violation("it is \(state) though the service is well")
        }
    }

    private func chance(_ oneIn: Int) -> Bool { simulation.random(below: oneIn) == 0 }

    /// Whole milliseconds, so that different things often happen at the same time.
    private func upTo(_ milliseconds: Int) -> Duration {
        .milliseconds(simulation.random(below: milliseconds + 1))
    }
}
