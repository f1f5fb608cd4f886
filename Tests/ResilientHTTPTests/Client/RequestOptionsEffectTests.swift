import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// An option whose stage is off would be silently ignored, so it is refused.
@Suite struct RequestOptionsEffectTests {
    private func problems(_ options: RequestOptions, _ configuration: Configuration = .recommended) throws -> [String] {
        let transport = MockTransport()
        return try simulate(configuration, transport: transport) { client, _ in
            let error = await resilientError { try await client.send(ClientRequest(url: .example()), options: options) }
            #expect(error == nil || error?.code == .configuration)
            #expect(transport.requestCount == (error == nil ? 1 : 0))
            #expect(client.callsInFlight == 0)
            return error?.problems.map(\.description) ?? []
        }
    }

    @Test func whatHasNoEffectIsRefusedAllAtOnce() throws {
        #expect(
            try problems(RequestOptions(isHedged: true, priority: .high, cost: 3)) == [
                "options.hedged: has no effect: the stage 'hedging' is off",
                "options.priority: has no effect: the stage 'admission' is off",
                "options.cost: has no effect: the stage 'rate_limit' is off",
            ]
        )
        #expect(
            try problems(RequestOptions(maxAttempts: 2, followsRedirects: true, priority: .low), .passthrough).count
                == 3
        )
    }

    @Test func whatHasAnEffectOrAsksForNothingIsNot() throws {
        let all = Configuration().with {
            $0.admission = AdmissionConfiguration()
            $0.hedging = HedgingConfiguration()
        }
        #expect(try problems(RequestOptions(isHedged: true, priority: .high), all).isEmpty)
        #expect(try problems(RequestOptions(maxAttempts: 1, isHedged: false), .passthrough).isEmpty)
        // Nothing stands in the way of what bypasses a breaker that is not there.
        #expect(try problems(RequestOptions(bypassesBreaker: true), .passthrough).isEmpty)
    }
}
