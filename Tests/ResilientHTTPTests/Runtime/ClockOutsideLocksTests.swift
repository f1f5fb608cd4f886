import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

/// What keeps its state behind a lock asks the clock, which may be the program's own, without holding it.
@Suite struct ClockOutsideLocksTests {
    private let clock = CuriousClock()
    private var runtime: ClientRuntime { ClientRuntime(clock: clock) }

    @Test(arguments: [ConcurrencyLimitConfiguration.fixed, .gradient()])
    func ofThePriorityQueue(_ concurrency: ConcurrencyLimitConfiguration) async throws {
        var configuration = AdmissionConfiguration(maxConcurrentRequests: 2)
        configuration.concurrency = concurrency
        let queue = try PriorityQueue(configuration, runtime: runtime)
        clock.look(at: { _ = queue.stats })
        for _ in 0..<20 { try await queue.submit {} }
        #expect(clock.looks.load(ordering: .relaxed) > 0)
    }

    @Test func ofTheRateLimiter() async throws {
        var configuration = RateLimitConfiguration(["a": RateLimit(requests: 2, per: .seconds(10))])
        configuration.onLimit = .fail
        let limiter = try RateLimiter(configuration, runtime: runtime)
        clock.look(at: { _ = limiter.totals })
        for _ in 0..<3 { _ = try? await limiter.acquire() }
        _ = limiter.status()
        limiter.learn(status: 429, headers: [.retryAfter: "5"])
        #expect(clock.looks.load(ordering: .relaxed) > 0)
    }

    @Test func ofABodyThatIsRead() async throws {
        let channel = BodyChannel(onDemand: {}, onStop: {})
        clock.look(at: { _ = channel.wantsMore })
        let transport = MockTransport(.response(ClientResponse(status: 200, body: .channel(channel))))
        let configuration = Configuration.passthrough.with { $0.timeouts.idle = .seconds(5) }
        let dependencies = Dependencies(transport: transport, runtime: runtime)
        try await withResilientClient(configuration, dependencies: dependencies) { client in
            let response = try await client.stream(ClientRequest(url: .example()))
            let reading = Task { try await response.collect() }
            for _ in 0..<1000 { await Task.yield() }
            _ = channel.write(Data("all".utf8))
            channel.finish(throwing: nil)
            #expect(try await reading.value == Data("all".utf8))
        }
        #expect(clock.looks.load(ordering: .relaxed) > 0)
    }
}
