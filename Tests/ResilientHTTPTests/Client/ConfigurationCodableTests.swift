import Foundation
import ResilientHTTP
import Testing

@Suite("Configuration as JSON")
struct ConfigurationCodableTests {
    private func decode(_ json: String) throws -> Configuration {
        try JSONDecoder().decode(Configuration.self, from: Data(json.utf8))
    }

    /// The problems of a JSON text, as lines of path and message.
    private func problems(_ json: String) throws -> [ConfigurationProblem] {
        try #require(throws: ResilientError.self) { _ = try decode(json) }.problems
    }

    @Test(
        "Defaults and every preset come back as they were",
        arguments: [Configuration.recommended, .passthrough, Self.everything]
    )
    func roundTrip(_ configuration: Configuration) throws {
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(Configuration.self, from: data) == configuration)
    }

    static let everything = Configuration(baseURL: URL(string: "https://h.example/v1?a=b")).with {
        $0.defaultHeaders = [.accept: "a", .accept: "b"]
        $0.responseLimit = .max
        $0.timeouts = Timeouts(
            connect: .milliseconds(1),
            firstByte: .milliseconds(8100),
            idle: .nanoseconds(1),
            streamIdle: .nanoseconds(2),
            attempt: .seconds(1),
            total: .seconds(1e9)
        )
        $0.retry?.rules = [.throttled: RetryRule(maxAttempts: 2, cost: 0.1, backoff: .linear()), .tls: .never]
        $0.retry?.statuses = [404, 500]
        $0.retry?.budget = .ratio(0.1)
        $0.retry?.attemptHeader = "X-Retry"
        $0.order = [.retry, .validation, .deadline, .redirects, .attemptTimeout]
        $0.validation?.tokenFormat = .throw
        $0.validation?.maxBodyBytes = 0
    }

    @Test("Keys are snake_case, durations decimal seconds, defaults and nulls are written out")
    func shape() throws {
        let data = try JSONEncoder.stable().encode(Configuration())
        let text = String(decoding: data, as: UTF8.self)
        for part in [
            #""max_attempts":3"#, #""attempt":30"#, #""total":null"#, #""allows_other_origins":false"#, #""base":0.5"#,
            #""base_url":null"#,
        ] {
            #expect(text.contains(part), "\(text)")
        }
        let keys = text.matches(of: /"([A-Za-z_0-9]+)":/).map(\.output.1)
        #expect(keys.allSatisfy { $0.lowercased() == $0 })
    }

    @Test("Absent keys keep their defaults; an empty object is the default")
    func defaults() throws {
        #expect(try decode("{}") == Configuration())
        let one = try decode(#"{"retry": {"max_attempts": 5}, "timeouts": {"total": 0.25, "attempt": null}}"#)
        #expect(one.retry?.maxAttempts == 5 && one.retry?.backoff == .exponential())
        #expect(one.timeouts == Timeouts(attempt: nil, total: .milliseconds(250)))
    }

    @Test("Optional sections: true is the default, false and null are off")
    func sections() throws {
        let off = try decode(
            """
            {"retry": false, "validation": null, "redirects": false, "circuit_breaker": false,
            "timeouts": {"attempt": null, "idle": null, "stream_idle": null}}
            """
        )
        #expect(off == .passthrough)
        #expect(try decode(#"{"retry": true, "redirects": true, "circuit_breaker": true}"#) == Configuration())
        #expect(try decode(#"{"retry": {"budget": false}}"#).retry?.budget == nil)
    }

    @Test("Every problem is reported at once, with its path")
    func allAtOnce() throws {
        let json = """
            {"unknown": 1, "base_url": "ftp://h", "response_limit": -1, "validation": {"max_url_length": 0, "token_format": "shout", "x": 1},
             "timeouts": {"attempt": "soon", "idle": -1, "total": 0, "conect": 1}, "redirects": {"limit": 1001}, "pool": {"max_connections": 0},
             "retry": {"max_attempts": 0, "statuses": [200], "heeds_server": "yes", "attempt_header": "a b", "unsafe_requests": "maybe",
                       "backoff": {"base": -1, "cap": -2, "factor": 0.5}, "budget": {"capacity": -1, "kind": "x"},
                       "rules": {"timeout": {"max_attempts": 0, "why": 1}, "tls": {"backoff": {"kind": "linear", "cap": 0.1}}, "connect": 5}},
             "default_headers": [["Accept", "a\\nb"], ["Vary", " "]]}
            """
        let found = Set(try problems(json).map(\.path))
        let expected: Set = [
            "unknown", "base_url", "response_limit", "validation.max_url_length", "validation.token_format",
            "validation.x", "timeouts.attempt",
            "timeouts.idle", "timeouts.total", "timeouts.conect", "redirects.limit", "pool.max_connections",
            "retry.max_attempts", "retry.statuses",
            "retry.heeds_server", "retry.attempt_header", "retry.unsafe_requests", "retry.backoff.base",
            "retry.backoff.cap",
            "retry.backoff.factor", "retry.budget.capacity", "retry.budget.kind", "retry.rules.timeout.max_attempts",
            "retry.rules.timeout.why",
            "retry.rules.tls.backoff.cap", "retry.rules.connect", "default_headers",
        ]
        #expect(
            found == expected,
            "missing \(expected.subtracting(found)), not expected \(found.subtracting(expected))"
        )
    }

    @Test("No problem is reported twice")
    func once() throws {
        let all = try problems(
            #"{"retry": {"max_attempts": 0, "backoff": {"base": -1}}, "timeouts": {"attempt": 2, "total": 1}}"#
        )
        #expect(Set(all).count == all.count)
        #expect(all.map(\.path).sorted() == ["retry.backoff.base", "retry.max_attempts", "timeouts.attempt"])
    }

    @Test(
        "Wrong kinds are reported where they are",
        arguments: [
            ("[]", ""), ("5", ""), (#"{"retry": 5}"#, "retry"), (#"{"retry": []}"#, "retry"),
            (#"{"timeouts": null}"#, "timeouts"),
            (#"{"timeouts": false}"#, "timeouts"), (#"{"pool": "x"}"#, "pool"),
            (#"{"retry": {"backoff": 1}}"#, "retry.backoff"),
            (#"{"retry": {"backoff": {"bse": 1}}}"#, "retry.backoff.bse"),
            (#"{"retry": {"statuses": [500, "x"]}}"#, "retry.statuses[1]"),
            (#"{"retry": {"rules": 1}}"#, "retry.rules"),
            (#"{"retry": {"rules": {"tls": {"is_retried": 1}}}}"#, "retry.rules.tls.is_retried"),
            (#"{"order": ["retry", 1]}"#, "order[1]"), (#"{"default_headers": 1}"#, "default_headers"),
            (#"{"response_limit": 1.5}"#, "response_limit"),
            (#"{"response_limit": 1e30}"#, "response_limit"), (#"{"allows_other_origins": 1}"#, "allows_other_origins"),
        ]
    )
    func wrongKinds(_ json: String, _ path: String) throws {
        #expect(try problems(json).map(\.path) == [path])
    }

    @Test("Header fields by pairs keep repetitions")
    func headers() throws {
        let configuration = try decode(#"{"default_headers": [["Accept", "a"], ["accept", "b"]]}"#)
        #expect(configuration.defaultHeaders[values: .accept] == ["a", "b"])
    }
}
