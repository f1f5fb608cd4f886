import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
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
                "key_limit", "max_recovery_timeout", "max_server_delay", "minimum_calls", "recovery_factor",
                "recovery_timeout", "slow_call_duration", "slow_call_rate", "store_timeout",
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
        #expect(problems { $0.slowCallRate = 0.5 } == ["slow_call_rate"])
        #expect(problems { $0.probeRule = .rate } == ["probe_rule"])
        #expect(
            problems {
                $0.recoveryFactor = 2
                $0.recoveryTimeout = .seconds(900)
                $0.maxRecoveryTimeout = .seconds(800)
            } == ["max_recovery_timeout"]
        )
        // A cap that nobody chose gives way.
        #expect(
            problems {
                $0.recoveryFactor = 2
                $0.recoveryTimeout = .seconds(900)
            }.isEmpty
        )
    }

    @Test func aMinimumThatNeverComesTogetherIsReadAsTheWindowsSizeWithAWarning() throws {
        let configuration = CircuitBreakerConfiguration.count(4, failureRate: 0.5, minimumCalls: 100)
        let warnings = Mutex<[String]>([])
        let transport = MockTransport(.status(503))
        let open = try simulate(
            Configuration.passthrough.with { $0.circuitBreaker = configuration },
            transport: transport,
            change: { $0.onWarning = { text in warnings.withLock { $0.append(text) } } }
        ) { client, _ in
            for _ in 0..<4 { _ = try await client.send(ClientRequest(url: .example())) }
            // A copy that keeps the breakers says nothing anew.
            _ = try client.with { $0.retry = RetryConfiguration() }
            return client.circuitBreakerStatus().values.map(\.state)
        }
        #expect(open == [.open])
        #expect(warnings.withLock { $0 }.count == 1)
        #expect(warnings.withLock { $0 }.first?.contains("it is read as 4") == true)
    }

    @Test func whereARateDecidesNoMoreProbesAreJudgedThanTheMinimum() throws {
        let clock = ManualClock()
        let breaker = try CircuitBreaker(
            .count(4, failureRate: 0.5, minimumCalls: 2).with {
                $0.probeRule = .rate
                $0.successThreshold = 10
                $0.halfOpenMaxCalls = 10
            },
            runtime: .manual(clock)
        )
        for _ in 0..<2 { breaker.record(.failure()) }
        clock.advance(by: .seconds(60))
        let probes = try (0..<2).map { _ in try breaker.acquire() }
        #expect(throws: ResilientError.self) { try breaker.acquire() }
        for probe in probes { probe.settle(.success) }
        #expect(breaker.state == .closed)
    }

    @Test func theRecommendedOneIsARateOverSecondsThatIsOpenForSeconds() throws {
        let recommended = try #require(Configuration.recommended.circuitBreaker)
        #expect(recommended == .recommended)
        #expect(recommended.window == .time)
        #expect(recommended.problems.isEmpty)
        // Ten calls at once, with three attempts each, say nothing yet.
        #expect(recommended.minimumCalls > 30)
        #expect(recommended.recoveryTimeout <= .seconds(10))
        #expect(recommended.recoveryFactor > 1)
        #expect(recommended.maxRecoveryTimeout < .seconds(60))
    }

    @Test func aFailureThresholdInTheRecommendedOneMeansFailuresInARow() throws {
        let three = Configuration().with { $0.circuitBreaker?.failureThreshold = 3 }.circuitBreaker
        #expect(three?.window == .consecutive)
        #expect(three?.problems.isEmpty == true)
        let chosen = CircuitBreakerConfiguration.recommended.with {
            $0.window = .count
            $0.failureThreshold = 3
        }
        #expect(chosen.window == .count)
        // Also over the recommended one from flat settings and the environment.
        let flat = try Configuration(settings: ["circuit_breaker.failure_threshold": "3"]).circuitBreaker
        #expect(flat == three)
        let both = ["RESILIENT_CIRCUIT_BREAKER_FAILURE_THRESHOLD": "3", "RESILIENT_CIRCUIT_BREAKER_WINDOW": "count"]
        #expect(try Configuration.fromEnvironment(both).circuitBreaker?.window == .count)
        // A longer open time needs no other cap.
        let longer = Configuration().with { $0.circuitBreaker?.recoveryTimeout = .seconds(60) }
        #expect(longer.problems.isEmpty)
    }

    @Test func inAFileOnIsTheRecommendedOneAndASectionIsTheDocuments() throws {
        func read(_ json: String) throws -> CircuitBreakerConfiguration? {
            try JSONDecoder().decode(Configuration.self, from: Data(json.utf8)).circuitBreaker
        }
        #expect(try read(#"{"circuit_breaker": true}"#) == .recommended)
        #expect(try read("{}") == .recommended)
        #expect(try read(#"{"circuit_breaker": false}"#) == nil)
        #expect(try read(#"{"circuit_breaker": {"failure_threshold": 5}}"#) == CircuitBreakerConfiguration())
        let data = try JSONEncoder().encode(Configuration.recommended)
        #expect(try JSONDecoder().decode(Configuration.self, from: data) == .recommended)
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
