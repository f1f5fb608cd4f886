import Foundation
import ResilientHTTP
import Testing

@Suite("Configuration from settings and environment")
struct ConfigurationOverlayTests {
    private func problems(_ settings: [String: String]) throws -> [String] {
        try #require(throws: ResilientError.self) { _ = try Configuration(settings: settings) }.problems.map(\.path)
    }

    @Test("Settings by path, over the defaults or another base")
    func settings() throws {
        let base = Configuration(baseURL: URL(string: "https://h.example")).with { $0.retry?.maxAttempts = 7 }
        let made = try Configuration(
            settings: [
                "timeouts.total": "60.5", "retry.budget": "false", "default_headers": #"{"Accept": "a"}"#,
                "retry.statuses": "[404, 500]",
                "validation.token_format": "throw",
                "order": #"["validation","deadline","redirects","retry","attempt_timeout"]"#,
                "retry.backoff.base": "1", "retry.rules": #"{"tls": {"is_retried": false}}"#,
                "timeouts.attempt": "null",
            ],
            over: base
        )
        #expect(made.timeouts == Timeouts(attempt: nil, total: .seconds(60.5)))
        #expect(made.retry?.maxAttempts == 7 && made.retry?.budget == nil && made.retry?.statuses == [404, 500])
        #expect(made.retry?.backoff == .exponential(base: .seconds(1)) && made.retry?.rules == [.tls: .never])
        #expect(
            made.defaultHeaders == [.accept: "a"]
                && made.order == [.validation, .deadline, .redirects, .retry, .attemptTimeout]
        )
        #expect(made.baseURL == base.baseURL && made.validation?.tokenFormat == .throw)
        #expect(try Configuration(settings: [:]) == .recommended)
        #expect(try Configuration(settings: [:], over: .passthrough) == .passthrough)
    }

    @Test("Every unknown key and bad value is reported at once")
    func allAtOnce() throws {
        let found = try problems([
            "retry.max_atempts": "1", "": "1", "retry": "maybe", "timeouts.idle": "x", "pool.max_per_host": "0",
            "timeouts": "1",
        ])
        #expect(Set(found) == ["retry.max_atempts", "", "retry", "timeouts.idle", "pool.max_per_host", "timeouts"])
    }

    @Test(
        "What is no number of seconds is refused",
        arguments: ["nan", "NaN", "inf", "-inf", "Infinity", "-1", "0", "", " ", "1s", "0x10", "true", "1,5"]
    )
    func notSeconds(_ text: String) throws {
        #expect(try problems(["timeouts.idle": text]) == ["timeouts.idle"])
    }

    @Test("Very long and very short times are times", arguments: ["1e18", "1e308", "1e-9", "0.001"])
    func extremes(_ text: String) throws {
        let timeouts = try Configuration(settings: ["timeouts.idle": text]).timeouts
        #expect(try #require(timeouts.idle) > .zero)
    }

    @Test("A section: off is off whatever is set below it, true leaves it as it is, a value below turns it on")
    func sections() throws {
        let off = try Configuration(settings: [
            "retry": "false", "retry.max_attempts": "5", "retry.budget": "false", "retry.backoff.cap": "9",
        ])
        #expect(off.retry == nil)
        let base = Configuration().with { $0.retry?.maxAttempts = 7 }
        #expect(try Configuration(settings: ["retry": "true"], over: base).retry?.maxAttempts == 7)
        #expect(try Configuration(settings: ["retry.max_attempts": "5"], over: .passthrough).retry?.maxAttempts == 5)
        let both = try Configuration(settings: [
            "retry": #"{"max_attempts": 2, "heeds_server": false}"#, "retry.max_attempts": "4",
        ])
        #expect(both.retry?.maxAttempts == 4 && both.retry?.heedsServer == false)
    }

    @Test("The environment, with the short names of the specification (rows 89 to 91)")
    func environment() throws {
        let made = try Configuration.fromEnvironment([
            "RESILIENT_MAX_RETRIES": "4", "RESILIENT_INITIAL_RETRY_DELAY": "1.0", "RESILIENT_MAX_RETRY_DELAY": "60.0",
            "PATH": "/bin",
            "RESILIENT_BASE_URL": "https://h.example/v1", "RESILIENT_TIMEOUTS_TOTAL": "90",
            "RESILIENT_VALIDATION_REQUIRES_HTTPS": "false",
            "resilient_retry": "false",
        ])
        #expect(made.retry?.maxAttempts == 5)
        #expect(made.retry?.backoff == .exponential(base: .seconds(1), cap: .seconds(60)))
        #expect(made.baseURL?.absoluteString == "https://h.example/v1")
        #expect(made.timeouts.total == .seconds(90) && made.validation?.requiresHTTPS == false)
    }

    @Test(
        "The full name counts more than the short one, code more than the environment, the environment more than the base"
    )
    func precedence() throws {
        let environment = ["RESILIENT_MAX_RETRIES": "4", "RESILIENT_RETRY_MAX_ATTEMPTS": "9"]
        let base = Configuration().with {
            $0.retry?.maxAttempts = 2
            $0.timeouts.total = .seconds(77)
        }
        var made = try Configuration.fromEnvironment(environment, over: base)
        #expect(made.retry?.maxAttempts == 9 && made.timeouts.total == .seconds(77))
        made.retry?.maxAttempts = 1
        #expect(made.retry?.maxAttempts == 1)
    }

    @Test("Another prefix, and unknown variables of it")
    func prefix() throws {
        let made = try Configuration.fromEnvironment(
            ["MY_RETRY_MAX_ATTEMPTS": "2", "RESILIENT_NONSENSE": "1"],
            prefix: "MY_"
        )
        #expect(made.retry?.maxAttempts == 2)
        let error = try #require(throws: ResilientError.self) {
            _ = try Configuration.fromEnvironment([
                "RESILIENT_NONSENSE": "1", "RESILIENT_RETRIES": "x", "RESILIENT_MAX_RETRIES": "-1",
            ])
        }
        #expect(Set(error.problems.map(\.path)) == ["RESILIENT_NONSENSE", "RESILIENT_RETRIES", "retry.max_attempts"])
    }

    @Test(
        "Retries that are no number are refused",
        arguments: ["x", "-1", "", "1.5", "9223372036854775807", "99999999999999999999"]
    )
    func retries(_ text: String) throws {
        let error = try #require(throws: ResilientError.self) {
            _ = try Configuration.fromEnvironment(["RESILIENT_MAX_RETRIES": text])
        }
        #expect(error.problems.map(\.path) == ["retry.max_attempts"])
    }
}
