import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

/// Retries beside a circuit breaker that opens under them.
@Suite struct RetryStageBreakerTests {
    private static func configuration(
        _ breaker: CircuitBreakerConfiguration = CircuitBreakerConfiguration(failureThreshold: 1)
    ) -> Configuration {
        Configuration().with {
            $0.retry = RetryConfiguration(maxAttempts: 3, backoff: .constant(.seconds(1)))
            $0.circuitBreaker = breaker
        }
    }

    @Test func nobodyWaitsForAnAttemptThatTheBreakerWouldRefuse() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "7"], body: "closed until Monday"), .ok)
        try simulate(Self.configuration(), transport: transport) { client, simulation in
            let began = simulation.clock.now
            let response = try await client.send(ClientRequest(url: .example("a")))
            #expect(response.status == 503)
            #expect(response.text == "closed until Monday")
            #expect(simulation.clock.now == began)
            #expect(response.explanation.description.contains("the circuit will still be open in 7."))
            // Nothing was taken from the budget for it.
            #expect(client.retryBudgetLeft == 500)
            let error = await resilientError { try await client.send(ClientRequest(url: .example("a"))) }
            #expect(error?.code == .circuitOpen)
        }
        #expect(transport.requestCount == 1)
    }

    @Test func anErrorIsThrownAtOnceToo() throws {
        let transport = MockTransport(.connectionLost(), .ok)
        try simulate(Self.configuration(), transport: transport) { client, simulation in
            let began = simulation.clock.now
            let error = await resilientError { try await client.send(ClientRequest(url: .example("a"))) }
            #expect(error?.code == .connectionLost)
            #expect(simulation.clock.now == began)
        }
    }

    @Test func aBackoffLongerThanTheOpenTimeIsWaitedFor() throws {
        let brief = CircuitBreakerConfiguration(
            failureThreshold: 1,
            recoveryTimeout: .milliseconds(500),
            successThreshold: 1
        )
        let transport = MockTransport(.status(500), .ok)
        try simulate(Self.configuration(brief), transport: transport) { client, _ in
            let response = try await client.send(ClientRequest(url: .example("a")))
            #expect(response.status == 200)
            #expect(response.attempts.count == 2)
        }
    }

    /// The circuit is still closed when the wait begins, and others open it meanwhile.
    private func openWhileWaiting(
        _ first: MockAnswer,
        _ check: @escaping @Sendable (Swift.Result<ClientResponse, any Error>) async throws -> Void
    ) throws {
        let transport = MockTransport(first, .status(500), .ok)
        let twice = CircuitBreakerConfiguration(failureThreshold: 2)
        try simulate(Self.configuration(twice), transport: transport) { client, simulation in
            let waiting = simulation.start { try await client.send(ClientRequest(url: .example("a"))) }
            try await simulation.sleep(for: .milliseconds(500))
            let other = try await client.send(ClientRequest(url: .example("b")), options: .init(maxAttempts: 1))
            #expect(other.status == 500)
            try await check(waiting.result)
            // What was taken for the retry that was never sent has come back.
            #expect(client.retryBudgetLeft == 500)
        }
        #expect(transport.requestCount == 2)
    }

    @Test func aBreakerThatOpensMeanwhileLeavesTheLastResponse() throws {
        try openWhileWaiting(.status(503, body: "too much to do")) { result in
            let response = try result.get()
            #expect(response.status == 503)
            #expect(response.text == "too much to do")
            #expect(response.explanation.description.contains("the attempt before has the last word"))
        }
    }

    @Test func aBreakerThatOpensMeanwhileLeavesTheLastError() throws {
        try openWhileWaiting(.connectFailed) { result in
            let error = #expect(throws: ResilientError.self) { try result.get() }
            #expect(error?.code == .connectFailed)
        }
    }

    @Test func whereTheBodyIsGoneTheRefusalSaysWhatTheResponseWas() throws {
        let large = String(repeating: "x", count: 100_000)
        try openWhileWaiting(.status(503, headers: [.location: "why"], body: large)) { result in
            let error = #expect(throws: ResilientError.self) { try result.get() }
            #expect(error?.code == .circuitOpen)
            #expect(error?.status == 503)
            #expect(error?.headers[.location] == "why")
            #expect(error?.bodyPrefix.isEmpty == false)
        }
    }

    @Test func aCallThatHasNothingYetEndsAsCircuitOpen() throws {
        try simulate(Self.configuration(), transport: MockTransport(.status(500))) { client, _ in
            _ = try await client.send(ClientRequest(url: .example("a")))
            let error = await resilientError { try await client.send(ClientRequest(url: .example("a"))) }
            #expect(error?.code == .circuitOpen)
            #expect(error?.status == nil)
        }
    }
}

extension OverRealSockets {
    @Suite(.timeLimit(.minutes(1)))
    struct RetryBesideBreakerSocketTests {
        @Test func theResponseThatOpenedTheCircuitIsReturnedWithoutAWait() async throws {
            try await FaultServer.withServer { server in
                let last = FaultServer.Behaviour.response(503, headers: ["Retry-After": "7"], body: Data("later".utf8))
                server.script("/", [last, .ok])
                let configuration = Configuration.recommended.with {
                    $0.circuitBreaker = CircuitBreakerConfiguration(failureThreshold: 1)
                }
                try await withResilientClient(configuration, dependencies: .live()) { client in
                    let response = try await client.send(ClientRequest(url: server.url))
                    #expect(response.status == 503)
                    #expect(response.text == "later")
                }
                #expect(server.completeRequests(path: "/") == 1)
            }
        }
    }
}
