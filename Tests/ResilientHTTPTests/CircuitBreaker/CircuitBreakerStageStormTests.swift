import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

/// Whole clients with a breaker, calls that are cancelled at random, and a service that comes and goes.
@Suite(.oneAtATime) struct CircuitBreakerStageStormTests {
    private static let configuration = CircuitBreakerConfiguration(
        failureThreshold: 2,
        recoveryTimeout: .milliseconds(10),
        successThreshold: 2,
        halfOpenMaxCalls: 2
    )

    /// Watches from inside the breaker how many calls are on the wire while it is half-open.
    private final class Gauge: Middleware {
        private let onWire = Mutex((now: 0, most: 0))

        var most: Int { onWire.withLock { $0.most } }

        func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
            let decision = context.call.explanation.decisions.last { $0.stage == .circuitBreaker }
            let isProbe = decision?.description.contains("half_open") == true
            guard isProbe else { return try await next(request, context: context) }
            onWire.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            defer { onWire.withLock { $0.now -= 1 } }
            return try await next(request, context: context)
        }
    }

    @Test func noPermitIsLostAndNoProbeTooManyWhateverIsCancelledWhen() throws {
        var tally = (refused: 0, cancelled: 0, half: 0)
        for seed in Simulation.seeds(1000) {
            let gauge = Gauge()
            let counts = try run(seed: seed, gauge)
            tally = (tally.refused + counts.refused, tally.cancelled + counts.cancelled, tally.half + gauge.most)
            #expect(gauge.most <= 2, "seed \(seed)")
        }
        guard !Simulation.isRerun else { return }
        #expect(tally.refused >= 500)
        #expect(tally.cancelled >= 500)
        #expect(tally.half >= 500)
    }

    private func run(seed: UInt64, _ gauge: Gauge) throws -> (refused: Int, cancelled: Int) {
        let random = SeededRandomSource(seed: seed)
        let transport = MockTransport(isDeaf: seed % 3 == 0)
        transport.on(.any) { _ in Self.answer(random) }
        return try BreakerClient.run(
            seed: seed,
            Self.configuration,
            transport: transport,
            inside: gauge,
            configure: { $0.timeouts.attempt = .milliseconds(15) }
        ) { harness in
            let simulation = harness.simulation
            let calls = (0..<10).map { _ in
                simulation.start {
                    try await simulation.sleep(for: .milliseconds(simulation.random(below: 40)))
                    let call = simulation.start { await harness.get() }
                    if simulation.random(below: 3) == 0 {
                        try await simulation.sleep(for: .milliseconds(simulation.random(below: 16)))
                        call.cancel()
                    }
                    return try await call.value
                }
            }
            var counts = (refused: 0, cancelled: 0)
            for call in calls {
                let result = try await call.value
                if result.code == .circuitOpen { counts.refused += 1 }
                if case .failure(let error) = result, error is CancellationError { counts.cancelled += 1 }
            }
            let status = harness.breaker.status
            #expect(status.inFlight == 0, "seed \(seed)")
            #expect(status.probesInFlight == 0, "seed \(seed)")
            return counts
        }
    }

    private static func answer(_ random: SeededRandomSource) -> MockAnswer {
        let delay = Duration.milliseconds(Int(random.next() % 12))
        switch random.next() % 5 {
        case 0: return .hang
        case 1, 2: return MockAnswer.status(503).after(delay)
        default: return MockAnswer.ok.after(delay)
        }
    }
}
