import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct EventReconnectionProblemsTests {
    private func problems(_ change: (inout EventReconnection) -> Void) -> [String] {
        do {
            _ = try ScriptedEvents([]).events(Simulation(seed: 0), EventReconnection().with(change))
            return []
        } catch {
            return (error as? ResilientError)?.problems.map(\.path) ?? ["\(error)"]
        }
    }

    @Test func theDefaultAndTheEdgesAreSound() {
        #expect(problems { _ in }.isEmpty)
        #expect(
            problems {
                $0.maxFailures = .max
                $0.initialDelay = .zero
                $0.minRetry = .zero
                $0.maxRetry = .zero
                $0.maxServerDelay = .zero
                $0.backoff = .none
            }.isEmpty
        )
    }

    @Test func everyProblemIsNamedAtOnce() {
        let found = problems {
            $0.maxFailures = 0
            $0.initialDelay = .seconds(-1)
            $0.minRetry = .seconds(-1)
            $0.maxRetry = .seconds(-2)
            $0.maxServerDelay = .seconds(-1)
            $0.backoff = .exponential(base: .seconds(-1), factor: 0.5)
        }
        let keys = [
            "max_failures", "initial_delay", "backoff.base", "backoff.factor", "min_retry", "max_retry",
            "max_server_delay",
        ]
        #expect(found == keys.map { "reconnection.\($0)" })
    }

    @Test func boundsMustNotCross() {
        #expect(problems { $0.maxRetry = .milliseconds(50) } == ["reconnection.max_retry"])
    }
}
