import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// Specification row 19, number by number.
@Suite struct PresetTests {
    @Test func production() throws {
        let preset = Configuration.production
        #expect(preset.retry?.maxAttempts == 5)
        #expect(
            preset.retry?.backoff == .exponential(base: .seconds(2), factor: 2, cap: .seconds(120), jitter: .full)
        )
        #expect(preset.circuitBreaker?.failureThreshold == 10)
        #expect(preset.circuitBreaker?.recoveryTimeout == .seconds(300))
        #expect(preset.circuitBreaker?.successThreshold == 5)
        #expect(preset.rateLimit?.limits == ["requests": RateLimit(requests: 1000, per: .seconds(3600))])
        #expect(preset.rateLimit?.onLimit == .fail)
    }

    @Test func development() {
        let preset = Configuration.development
        #expect(preset.rateLimit?.limits == ["requests": RateLimit(requests: 100, per: .seconds(60))])
        #expect(preset.retry == Configuration.recommended.retry)
    }

    @Test func highThroughput() {
        let preset = Configuration.highThroughput
        #expect(preset.retry?.maxAttempts == 3)
        #expect(
            preset.retry?.backoff
                == .exponential(base: .milliseconds(500), factor: 1.5, cap: .seconds(10), jitter: .full)
        )
        #expect(preset.rateLimit?.limits == ["requests": RateLimit(requests: 10_000, per: .seconds(3600))])
    }

    @Test(arguments: [Configuration.production, .development, .highThroughput])
    func eachMakesAClientAndSurvivesJSON(preset: Configuration) throws {
        try preset.validate()
        let decoded = try JSONDecoder().decode(Configuration.self, from: JSONEncoder().encode(preset))
        #expect(decoded == preset)
        let client = try ResilientClient(preset, dependencies: Dependencies(transport: MockTransport()))
        #expect(client.stages.contains(.rateLimit) && client.stages.contains(.circuitBreaker))
    }

    @Test func theLimitOfDevelopmentHolds() throws {
        let transport = MockTransport()
        try simulate(.development, transport: transport) { client, simulation in
            for _ in 0..<100 { _ = try await client.send(ClientRequest(url: .example("a"))) }
            let error = await resilientError { try await client.send(ClientRequest(url: .example("a"))) }
            #expect(error?.code == .rateLimited && error?.retryAfter == .seconds(60))
            try await simulation.sleep(for: .seconds(60))
            _ = try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(transport.requestCount == 101)
    }
}
