import Foundation
import ResilientHTTP
import Testing

@Suite struct CircuitBreakerConfigurationTests {
    private func problems(_ change: (inout CircuitBreakerConfiguration) -> Void) -> [String] {
        CircuitBreakerConfiguration().with(change).problems.map(\.path)
    }

    private func decode(_ json: String) throws -> CircuitBreakerConfiguration {
        try JSONDecoder().decode(CircuitBreakerConfiguration.self, from: Data(json.utf8))
    }

    private func decodingProblems(_ json: String) -> [String] {
        do {
            _ = try decode(json)
            return []
        } catch {
            return (error as? ResilientError)?.problems.map(\.path) ?? ["\(error)"]
        }
    }

    @Test func theDefaultsAreTheSpecifications() throws {
        let defaults = CircuitBreakerConfiguration()
        #expect(defaults.window == .consecutive)
        #expect(defaults.failureThreshold == 5)
        #expect(defaults.recoveryTimeout == .seconds(60))
        #expect(defaults.successThreshold == 3)
        #expect(defaults.halfOpenMaxCalls == 3)
        #expect(defaults.keyLimit == 1024)
        #expect(defaults.problems.isEmpty)
        #expect(try decode("{}") == defaults)
        _ = try CircuitBreaker()
    }

    @Test func itSurvivesTheWayThroughJSON() throws {
        let configuration = CircuitBreakerConfiguration.time(.seconds(30), failureRate: 0.1, minimumCalls: 100).with {
            $0.slowCallRate = 0.9
            $0.slowCallDuration = .milliseconds(1500)
            $0.recoveryTimeout = .seconds(5)
            $0.failureStatuses = [500, 503]
            $0.probeRule = .rate
            $0.clientErrors = .success
        }
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(CircuitBreakerConfiguration.self, from: data) == configuration)
    }

    @Test func everyDocumentedNameIsUnderstood() throws {
        let configuration = try decode(
            """
            {"failure_threshold": 10, "recovery_timeout": 300, "success_threshold": 5, "half_open_max_calls": 5}
            """
        )
        #expect(configuration.failureThreshold == 10)
        #expect(configuration.recoveryTimeout == .seconds(300))
        #expect(configuration.successThreshold == 5)
        #expect(configuration.halfOpenMaxCalls == 5)
        #expect(try decode(#"{"reset_timeout": 30}"#).recoveryTimeout == .seconds(30))
        #expect(try decode(#"{"reset_timeout": 30, "recovery_timeout": 30}"#).recoveryTimeout == .seconds(30))
        #expect(decodingProblems(#"{"reset_timeout": 30, "recovery_timeout": 40}"#) == ["reset_timeout"])
    }

    @Test func everyBadNumberIsNamedAtOnce() {
        let paths = problems {
            $0.window = .count
            $0.failureThreshold = 0
            $0.windowSize = -1
            $0.windowTime = .zero
            $0.failureRate = .nan
            $0.slowCallRate = 1.5
            $0.slowCallDuration = .seconds(-1)
            $0.minimumCalls = 0
            $0.recoveryTimeout = .zero
            $0.recoveryFactor = 0.5
            $0.maxRecoveryTimeout = .seconds(-3)
            $0.maxServerDelay = .zero
            $0.halfOpenMaxCalls = 0
            $0.successThreshold = 0
            $0.halfOpenTimeout = .zero
            $0.failureStatuses = [200]
            $0.keyLimit = 0
            $0.storeTimeout = .zero
        }
        #expect(
            paths.sorted() == [
                "failure_rate", "failure_statuses", "failure_threshold", "half_open_max_calls", "half_open_timeout",
                "key_limit", "max_recovery_timeout", "max_server_delay", "minimum_calls", "minimum_calls",
                "recovery_factor", "recovery_timeout", "slow_call_duration", "slow_call_rate", "store_timeout",
                "success_threshold", "window_size", "window_time",
            ]
        )
    }

    @Test(arguments: [0, -0.1, 1.01, 50, .infinity, .nan])
    func ratesAreSharesOfOne(_ rate: Double) {
        #expect(problems { $0.failureRate = rate } == ["failure_rate"])
    }

    @Test func aPercentageIsExplained() {
        let configuration = CircuitBreakerConfiguration().with { $0.failureRate = 50 }
        #expect(configuration.problems.first?.message.contains("50.0 % is 0.5") == true)
    }

    @Test func settingsThatContradictEachOtherAreRefused() {
        #expect(
            problems {
                $0.window = .count
                $0.windowSize = 20
                $0.minimumCalls = 21
            } == ["minimum_calls"]
        )
        #expect(problems { $0.slowCallRate = 0.5 } == ["slow_call_rate"])
        #expect(problems { $0.probeRule = .rate } == ["probe_rule"])
        #expect(
            problems {
                $0.recoveryFactor = 2
                $0.recoveryTimeout = .seconds(900)
            } == ["max_recovery_timeout"]
        )
    }

    @Test func theDefaultMinimumGivesWayToASmallerWindow() throws {
        let breaker = try CircuitBreaker(CircuitBreakerConfiguration.count(4))
        for _ in 0..<3 { breaker.record(.failure()) }
        #expect(breaker.state == .closed)
        breaker.record(.failure())
        #expect(breaker.state == .open)
    }

    @Test func nothingIsMadeFromABadConfiguration() {
        let bad = CircuitBreakerConfiguration(failureThreshold: 0, halfOpenMaxCalls: 0)
        let error = #expect(throws: ResilientError.self) { try CircuitBreaker(bad) }
        #expect(error?.code == .configuration)
        #expect(error?.problems.count == 2)
        #expect(throws: ResilientError.self) { try CircuitBreakerRegistry(bad) }
        #expect(throws: ResilientError.self) { try InMemoryCircuitBreakerStore(bad) }
        #expect(
            decodingProblems(#"{"failure_treshold": 3, "window": "sliding"}"#).sorted() == [
                "failure_treshold", "window",
            ]
        )
    }
}
