import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

/// Those who were told the same do not come back in one instant, and nobody earlier than told.
@Suite struct ServerJitterTests {
    private func configuration(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
        Configuration.passthrough.with {
            $0.retry = RetryConfiguration(maxAttempts: 2)
            $0.retry?.budget = nil
            change(&$0)
        }
    }

    /// When a thousand calls of one instant, told to come back in a second, come back: milliseconds after the second.
    private func arrivals(_ configuration: Configuration) throws -> [Int] {
        let transport = MockTransport(recordingLimit: 3000)
        transport.on(.any) { $0.attempt == 1 ? .status(503, headers: [.retryAfter: "1"]) : .ok }
        return try simulate(seed: 1, configuration, transport: transport) { client, simulation in
            let calls = (0..<1000).map { _ in
                simulation.start { try await client.send(ClientRequest(url: .example("a"))) }
            }
            for call in calls { #expect(try await call.value.status == 200) }
            let first = try #require(transport.requests.first?.time)
            return transport.requests.filter { $0.attempt == 2 }.map {
                Int(((($0.time - first) - .seconds(1)) / .milliseconds(1)).rounded(.down))
            }
        }
    }

    private func peak(_ arrivals: [Int]) -> Int {
        Dictionary(grouping: arrivals) { $0 / 10 }.values.map(\.count).max() ?? 0
    }

    @Test func aCrowdIsSpreadOverHalfOfWhatTheServerAsksFor() throws {
        let spread = try arrivals(configuration())
        #expect(spread.count == 1000 && spread.allSatisfy { (0..<500).contains($0) })
        // At once it is a thousand in the first ten milliseconds; evenly it would be 20 in each.
        #expect(peak(spread) <= 40)
        let exact = try arrivals(configuration { $0.retry?.serverJitter = 0 })
        #expect(peak(exact) == 1000)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func nobodyComesEarlierThanToldNorLaterThanTheBounds(seed: UInt64) throws {
        for (told, cap, most) in [(1, 120, 1.5), (30, 120, 35.0), (118, 120, 120), (120, 120, 120), (0, 120, 0.5)] {
            let transport = MockTransport(.status(503, headers: [.retryAfter: "\(told)"]), .ok)
            let settings = configuration { $0.retry?.maxServerDelay = .seconds(cap) }
            let response = try simulate(seed: seed, settings, transport: transport) { client, _ in
                try await client.send(ClientRequest(url: .example("a")))
            }
            let delay = try #require(response.attempts.last?.delay)
            #expect(delay >= .seconds(told) && delay <= .seconds(most), "\(told): \(delay)")
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func whatFitsTheDeadlineFitsItWithTheSpreadToo(seed: UInt64) throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "9"]), .ok)
        let settings = configuration { $0.timeouts.total = .seconds(10) }
        let response = try simulate(seed: seed, settings, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        // Half of the second that is left is the attempt's.
        #expect(response.status == 200)
        let delay = try #require(response.attempts.last?.delay)
        #expect(delay >= .seconds(9) && delay <= .seconds(9.5))
    }

    @Test func theExplanationSaysWhatIsAdded() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "9"]), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.explanation.description.contains("s later than the server asks"))
    }

    @Test func badSettingsAreNamed() throws {
        let wrong = configuration { $0.retry?.serverJitter = 1.5 }
        let error = try #require(throws: ResilientError.self) { try wrong.validate() }
        #expect(error.problems.map(\.path) == ["retry.server_jitter"])
    }

    /// Calls that a limiter holds up for the same word of the server.
    @Test func thoseWhoWaitInALimiterAreLetThroughOneByOne() throws {
        let transport = MockTransport(recordingLimit: 3000)
        transport.on(.path("/first"), .status(429, headers: [.retryAfter: "1"]))
        let settings = Configuration.passthrough.with { $0.rateLimit = RateLimitConfiguration() }
        try simulate(settings, transport: transport) { client, simulation in
            let began = simulation.runtime.now
            _ = try await client.send(ClientRequest(url: .example("first")))
            let calls = (0..<1000).map { _ in
                simulation.start { try await client.send(ClientRequest(url: .example("a"))) }
            }
            for call in calls { _ = try await call.value }
            let times = transport.requests.dropFirst().map { Int(($0.time - began) / .milliseconds(1)) }
            #expect(times.count == 1000 && times.allSatisfy { (1000...1500).contains($0) })
            // Evenly: twenty in each ten milliseconds.
            #expect(peak(times) <= 25)
        }
    }
}
