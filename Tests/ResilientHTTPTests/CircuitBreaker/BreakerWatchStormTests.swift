import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

/// Calls that wait for a slot or a token while the breaker opens under them.
@Suite(.oneAtATime) struct BreakerWatchStormTests {
    /// How a wait may end.
    private enum Event: CaseIterable {
        case endedByOpening, cancelled, served, refused
    }

    @Test func everyWaitEndsOnceAndAtTheMomentOfTheOpening() throws {
        var tally = Tally<Event>()
        for seed in Simulation.seeds(1000) {
            tally += try Simulation(seed: seed).run { try await Self.run($0) }
        }
        guard !Simulation.isRerun else { return }
        #expect(tally[.endedByOpening] >= 500, "\(tally)")
        #expect(tally[.cancelled] >= 500, "\(tally)")
        #expect(tally[.served] >= 500, "\(tally)")
        #expect(tally[.refused] >= 500, "\(tally)")
    }

    private enum End {
        case served
        case opened
        case cancelled
        case refused
    }

    /// When the breaker opened.
    private final class Openings: Sendable {
        private let times = Mutex<[MonotonicTime]>([])

        var all: [MonotonicTime] { times.withLock { $0 } }

        func note(_ transition: CircuitBreaker.Transition) {
            if transition.to == .open { times.withLock { $0.append(transition.time) } }
        }
    }

    private static func run(_ simulation: Simulation) async throws -> Tally<Event> {
        let configuration = CircuitBreakerConfiguration(failureThreshold: 2, recoveryTimeout: .milliseconds(5))
        let openings = Openings()
        let breaker = CircuitBreaker(
            rules: BreakerRules(configuration),
            name: "",
            runtime: simulation.runtime,
            onTransition: openings.note
        )
        let waits = (0..<10).map { _ in
            simulation.start {
                try await simulation.sleep(for: .milliseconds(simulation.random(below: 20)))
                let wait = simulation.start { try await Self.wait(breaker, openings, simulation) }
                if simulation.random(below: 3) == 0 {
                    try await simulation.sleep(for: .milliseconds(simulation.random(below: 8)))
                    wait.cancel()
                }
                return try await wait.value
            }
        }
        let moods = simulation.start {
            for _ in 0..<12 {
                try await simulation.sleep(for: .milliseconds(simulation.random(below: 4)))
                breaker.record(simulation.random(below: 3) == 0 ? .success : .failure())
            }
        }
        var tally = Tally<Event>()
        for wait in waits {
            switch try await wait.value {
            case .served: tally[.served] += 1
            case .opened: tally[.endedByOpening] += 1
            case .cancelled: tally[.cancelled] += 1
            case .refused: tally[.refused] += 1
            }
        }
        try await moods.value
        #expect(breaker.watchCount == 0, "seed \(simulation.seed)")
        return tally
    }

    /// One wait: for its turn, which comes after a while, unless the breaker opens or the caller gives up first.
    private static func wait(
        _ breaker: CircuitBreaker,
        _ openings: Openings,
        _ simulation: Simulation
    ) async throws -> End {
        let shot = OneShot<Void>()
        let began = simulation.clock.now
        let watch: CircuitBreaker.Watch
        do {
            watch = try breaker.watch { shot.resolve(.failure($0)) }
        } catch {
            return .refused
        }
        defer { watch.cancel() }
        let turn = simulation.clock.now + .milliseconds(simulation.random(below: 12))
        let timer = simulation.runtime.schedule(at: turn) { shot.resolve(.success(())) }
        defer { timer.cancel() }
        do {
            try await withTaskCancellationHandler {
                try await shot.value()
            } onCancel: {
                shot.resolve(.failure(CancellationError()))
            }
            #expect(!openings.all.contains { began < $0 && $0 < turn }, "seed \(simulation.seed) waited on")
            return .served
        } catch is CancellationError {
            return .cancelled
        } catch {
            #expect(openings.all.contains(simulation.clock.now), "seed \(simulation.seed) ended late")
            return .opened
        }
    }
}
