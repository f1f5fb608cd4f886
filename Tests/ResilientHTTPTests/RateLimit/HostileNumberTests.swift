import Foundation
import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

/// Every number that a server can say, as extreme as it can be, through every combination of the stages that read them: no
/// call ends the process, and none waits for ever.
@Suite(.oneAtATime) struct HostileNumberTests {
    static let extremes: [String] = [
        "0", "-0", "1", "-1", "+1", "2147483648", "4294967296", "999999999999999", "1000000000000000",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615",
        "18446744073709551616", String(repeating: "9", count: 400), "-" + String(repeating: "9", count: 400), "1.5",
        "-1.5", "0." + String(repeating: "9", count: 400), "1e3", "1e308", "-1e308", "1e400", "1e-400", "nan", "inf",
        "-inf", "0x7fffffffffffffff", "", " ", "1 2", "1, 99999999999999999999", "\u{663}",
    ]

    /// The fields of one answer, `#` standing for the number.
    static let fields: [[(String, String)]] = [
        [("retry-after", "#")], [("retry-after", "#"), ("retry-after", "1")], [("retry-after-ms", "#")],
        [("x-ms-retry-after-ms", "#")], [("ratelimit", "\"a\";r=#;t=#")], [("ratelimit", "\"a\";r=#;t=1")],
        [("ratelimit", "\"a\";r=0;t=#")], [("ratelimit", "limit=#, remaining=#, reset=#")],
        [("ratelimit-policy", "\"a\";q=#;w=#"), ("ratelimit", "\"a\";r=0")],
        [("ratelimit-limit", "#"), ("ratelimit-remaining", "#"), ("ratelimit-reset", "#")],
        [("x-ratelimit-remaining", "#"), ("x-ratelimit-reset", "1")],
        [("x-ratelimit-remaining", "5"), ("x-ratelimit-reset", "#")],
        [
            ("x-ratelimit-limit-requests", "#"), ("x-ratelimit-remaining-requests", "#"),
            ("x-ratelimit-reset-requests", "#s"),
        ],
        [("x-ratelimit-limit-tokens", "#"), ("x-ratelimit-remaining-tokens", "1"), ("x-ratelimit-reset-tokens", "1h")],
        [
            ("x-ratelimit-limit-tokens", "60"), ("x-ratelimit-remaining-tokens", "0"),
            ("x-ratelimit-reset-tokens", "#ms"),
        ],
        [("anthropic-ratelimit-tokens-remaining", "#"), ("anthropic-ratelimit-tokens-reset", "#d")],
        [("cache-control", "max-age=#")], [("cache-control", "max-age=#, stale-while-revalidate=#, stale-if-error=#")],
        [("cache-control", "max-age=0, stale-while-revalidate=#")], [("cache-control", "max-age=9"), ("age", "#")],
        [("expires", "#")], [("date", "#"), ("expires", "Thu, 01 Jan 9999 00:00:00 GMT")],
        [("date", "Thu, 01 Jan 0000 00:00:00 GMT"), ("last-modified", "#"), ("age", "#")],
        [("content-range", "bytes #-#/#"), ("cache-control", "max-age=9")],
        [("content-length", "#"), ("cache-control", "max-age=9")], [("x-cost", "#")],
    ]

    private static let cost = HeaderFields.Name(constant: "x-cost")

    /// Which stages are on, by the bits.
    private func configuration(_ stages: Int) -> Configuration {
        Configuration.passthrough.with {
            if stages & 1 != 0 { $0.cache = CacheConfiguration() }
            if stages & 2 != 0 {
                $0.retry = RetryConfiguration(maxAttempts: 2)
                $0.retry?.budget = stages & 1 != 0 ? .ratio(0.5) : .tokens()
            }
            if stages & 4 != 0 {
                var limits: [RateLimitConfiguration.Name: RateLimit] = [
                    "calls": RateLimit(requests: 1000, per: .seconds(1)),
                    "bucket": RateLimit(cost: 1000, per: .seconds(1)),
                ]
                for (name, algorithm) in [("sliding", RateLimit.Algorithm.slidingWindow), ("fixed", .fixedWindow)] {
                    var limit = RateLimit(cost: 1000, per: .seconds(1))
                    limit.algorithm = algorithm
                    limits[.init(rawValue: name)] = limit
                }
                $0.rateLimit = RateLimitConfiguration(limits)
                $0.rateLimit?.adaptive = stages & 2 != 0 ? AdaptiveRateConfiguration() : nil
            }
            if stages & 8 != 0 { $0.circuitBreaker = CircuitBreakerConfiguration(failureThreshold: 3) }
            if stages & 16 != 0 {
                $0.hedging = HedgingConfiguration(delay: .milliseconds(1))
                $0.deduplication = DeduplicationConfiguration()
            }
        }
    }

    /// Each stage alone, and what stands together.
    @Test(arguments: [1, 2, 4, 8, 16, 5, 6, 7, 15, 22, 31])
    func everyNumberThroughEveryCombinationOfStages(stages: Int) throws {
        let transport = MockTransport(recordingLimit: 0)
        let statuses: [ClientResponse.Status] = [200, 206, 403, 429, 503]
        transport.on(.any) { request in
            let numbers = request.request.url.lastPathComponent.split(separator: "-").compactMap { Int($0) }
            var headers = HeaderFields()
            for (name, value) in Self.fields[numbers[0]] {
                guard let name = HeaderFields.Name(name) else { continue }
                headers.append(value.replacingOccurrences(of: "#", with: Self.extremes[numbers[1]]), for: name)
            }
            return .status(statuses[request.number % statuses.count], headers: headers, body: "body")
        }
        try simulate(
            configuration(stages),
            transport: transport,
            change: {
                guard stages & 4 != 0 else { return }
                $0.actualCost = { response, _ in
                    response.headers[Self.cost].map { Int($0) ?? ($0.hasPrefix("-") ? .min : .max) }
                }
            }
        ) { client, simulation in
            for field in Self.fields.indices {
                for (number, text) in Self.extremes.enumerated() {
                    var headers: HeaderFields = [.cacheControl: "max-stale=\(text), min-fresh=\(text)"]
                    if number % 3 == 0 { headers[HeaderFields.range] = "bytes=\(number)-" }
                    let request = ClientRequest(
                        url: .example("\(field)-\(number)"),
                        headers: number % 2 == 0 ? [:] : headers
                    )
                    let calls = (0..<3).map { _ in simulation.start { try? await client.send(request) } }
                    for call in calls { _ = try await call.value }
                    let response = try? await client.send(request)
                    _ = response.map { String(describing: $0.explanation) }
                    try await simulation.sleep(for: .seconds(121))
                }
            }
        }
    }

    @Test(arguments: extremes)
    func everyNumberInAnEventStream(text: String) {
        var decoder = ServerSentEventDecoder()
        for event in (try? decoder.push(Data("retry: \(text)\ndata: x\n\n".utf8))) ?? [] {
            let delay = EventReconnection().delay(retry: event.retry)
            #expect(delay >= .zero && delay <= .seconds(60))
        }
    }

    /// What a shared store hands out, whoever has written it.
    @Test func everyDurationOfAStoredEntry() {
        let durations: [Duration] = [
            .seconds(Int64.min), .seconds(-1), .zero, .seconds(1), .seconds(1e12), .seconds(Int64.max),
        ]
        let times: [MonotonicTime] = [.init(nanoseconds: .min), .zero, .distantFuture]
        let key = CacheKey(
            scope: CredentialScope(high: 0, low: 0),
            method: .get,
            url: "https://example.com/",
            body: nil
        )
        for (age, lifetime, window) in durations.flatMap({ a in durations.flatMap { b in durations.map { (a, b, $0) } }
        }) {
            for (received, now) in times.flatMap({ a in times.map { (a, $0) } }) {
                var terms = CacheEntry.Terms()
                (terms.staleWhileRevalidate, terms.staleIfError) = (window, window)
                let entry = CacheEntry(
                    key: key,
                    status: 200,
                    headers: [:],
                    body: Data(),
                    receivedAt: received,
                    initialAge: age,
                    lifetime: lifetime,
                    discardAt: .distantFuture,
                    terms: terms
                )
                guard entry.isPlausible(under: key, maxBytes: .max, now: now) else { continue }
                for mode in [CacheMode.default, .forceCache, .onlyIfCached] {
                    let rules = RequestRules(ClientRequest(url: .example()), mode: mode)
                    _ = (rules.use(of: entry, at: now), rules.mayReplaceFailure(entry, at: now))
                }
                _ = entry.served.headers(of: entry, age: entry.age(at: now))
            }
        }
    }
}
