import Foundation
import ResilientHTTP
import Testing

@Suite("Configuration: values and contradictions")
struct ConfigurationValidationTests {
    private func paths(_ change: (inout Configuration) -> Void) -> [String] {
        let configuration = Configuration().with(change)
        do {
            _ = try ResilientClient(configuration, dependencies: Dependencies(transport: RecordingTransport()))
            return []
        } catch {
            return (error as? ResilientError)?.problems.map(\.path) ?? ["?"]
        }
    }

    @Test(
        "Timeouts are above zero, however long",
        arguments: [Duration.zero, .seconds(-1), .nanoseconds(-1), .seconds(Int64.min)]
    )
    func timeouts(_ bad: Duration) {
        let found = paths {
            $0.timeouts = Timeouts(
                connect: bad,
                firstByte: bad,
                idle: bad,
                streamIdle: bad,
                attempt: bad,
                total: bad
            )
        }
        #expect(
            found == [
                "timeouts.connect", "timeouts.first_byte", "timeouts.idle", "timeouts.stream_idle", "timeouts.attempt",
                "timeouts.total",
            ]
        )
        #expect(
            paths {
                $0.timeouts = Timeouts(
                    connect: .seconds(Int64.max),
                    attempt: .nanoseconds(1),
                    total: .seconds(Int64.max)
                )
            } == []
        )
    }

    @Test("A call with endless timeouts is sent")
    func endless() async throws {
        let client = try ResilientClient(RecordingTransport(), base: "https://h.example") {
            $0.timeouts = Timeouts(attempt: .seconds(Int64.max), total: .seconds(Int64.max))
        }
        #expect(try await client.get("/").status == 200)
        #expect(try await client.get("/", options: .init(totalTimeout: .seconds(Int64.max))).status == 200)
    }

    @Test("An attempt timeout above the total contradicts it; equal does not")
    func contradiction() {
        #expect(paths { $0.timeouts = Timeouts(attempt: .seconds(2), total: .seconds(1)) } == ["timeouts.attempt"])
        #expect(paths { $0.timeouts = Timeouts(attempt: .seconds(2), total: .seconds(2)) } == [])
        #expect(paths { $0.timeouts.total = .seconds(29) } == [], "the default gives way")
        #expect(paths { ($0.timeouts.total, $0.timeouts.attempt) = (.seconds(1), nil) } == [])
    }

    @Test(
        "A base URL is http or https, with a host and without a fragment",
        arguments: [
            "ftp://h", "h.example/v1", "/v1", "https:///v1", "https://h/#f", "mailto:a@b", "https://h:0/", "file:///x",
        ]
    )
    func baseURL(_ text: String) throws {
        let url = try #require(URL(string: text))
        #expect(paths { $0.baseURL = url } == ["base_url"])
    }

    @Test("Numbers that are none are refused")
    func notNumbers() {
        #expect(paths { $0.retry?.budget?.capacity = .nan } == ["retry.budget.capacity"])
        #expect(paths { $0.retry?.backoff = .exponential(factor: .nan) } == ["retry.backoff.factor"])
        #expect(paths { $0.retry?.rules = [.tls: RetryRule(cost: .infinity)] } == ["retry.rules.tls.cost"])
    }

    @Test("The presets' stages")
    func presets() throws {
        let transport = Dependencies(transport: RecordingTransport())
        #expect(try ResilientClient(.passthrough, dependencies: transport).stages == [])
        #expect(
            try ResilientClient(.recommended, dependencies: transport).stages == [
                .validation, .redirects, .retry, .circuitBreaker, .attemptTimeout,
            ]
        )
        let url = try #require(URL(string: "https://h.example"))
        let client = try ResilientClient(baseURL: url, dependencies: transport)
        #expect(client.configuration == Configuration(baseURL: url))
        let total = Configuration().with { $0.timeouts.total = .seconds(60) }
        #expect(
            try ResilientClient(total, dependencies: transport).stages == [
                .validation, .deadline, .redirects, .retry, .circuitBreaker, .attemptTimeout,
            ]
        )
    }

    @Test("Options: values, round trip, and problems below options")
    func options() async throws {
        let options = RequestOptions(
            endpoint: "list",
            totalTimeout: .seconds(2),
            attemptTimeout: .seconds(1.5),
            responseLimit: 7,
            maxAttempts: 2,
            idempotencyKey: "k",
            followsRedirects: false,
            tenant: "t",
            omittedHeaders: ["Accept"],
            tags: ["a": "b"]
        )
        let data = try JSONEncoder().encode(options)
        #expect(try JSONDecoder().decode(RequestOptions.self, from: data) == options)
        #expect(try JSONDecoder().decode(RequestOptions.self, from: Data("{}".utf8)) == RequestOptions())

        let transport = RecordingTransport()
        let client = try ResilientClient(transport, base: "https://h.example") { $0.retry = nil }
        let bad = RequestOptions(
            endpoint: "a\nb",
            totalTimeout: .zero,
            attemptTimeout: .seconds(-1),
            connectTimeout: .zero,
            firstByteTimeout: .zero,
            idleTimeout: .zero,
            responseLimit: -1,
            maxAttempts: 2,
            idempotencyKey: ""
        )
        let error = try #require(await resilientError { try await client.get("/", options: bad) })
        #expect(error.code == .configuration)
        #expect(
            error.problems.map(\.path) == [
                "options.endpoint", "options.total_timeout", "options.attempt_timeout", "options.connect_timeout",
                "options.first_byte_timeout",
                "options.idle_timeout", "options.response_limit", "options.idempotency_key", "options.max_attempts",
            ]
        )
        let contradiction = RequestOptions(totalTimeout: .seconds(1), attemptTimeout: .seconds(2))
        #expect(
            await resilientError { try await client.get("/", options: contradiction) }?.problems.map(\.path) == [
                "options.attempt_timeout"
            ]
        )
        #expect(transport.requests.isEmpty)
    }
}
