import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct ClientCopyTests {
    @Test func endingACopyLeavesItsParentAndTheirTransportAlone() throws {
        for seed in Simulation.seeds(50) {
            let transport = CountingTransport(MockTransport(MockAnswer.ok.after(.seconds(2))))
            try simulate(seed: seed) {
                $0.transport = transport
            } _: { client, simulation in
                let copy = try client.with { $0.timeouts.attempt = .seconds(50) }
                let ofParent = (0..<5).map { _ in simulation.start { try await client.get("https://example.com/") } }
                let ofCopy = (0..<5).map { _ in simulation.start { try await copy.get("https://example.com/") } }
                try await simulation.sleep(for: .seconds(1))
                await copy.shutdown(grace: .zero)
                #expect(copy.callsInFlight == 0 || transport.shutdowns == 0)
                for call in ofCopy {
                    let result = await call.result
                    let error = #expect(throws: ResilientError.self) { try result.get() }
                    #expect(error?.code == .clientClosed)
                }
                for call in ofParent { #expect(try await call.value.status == 200) }
                #expect(transport.shutdowns == 0)
                #expect(try await client.get("https://example.com/").status == 200)
            }
            #expect(transport.shutdowns == 1)
        }
    }

    @Test func theTransportEndsOnceWithTheLastWhateverTheOrder() throws {
        for seed in Simulation.seeds(50) {
            let transport = CountingTransport()
            try simulate(seed: seed) {
                $0.transport = transport
            } _: { client, simulation in
                let copies = try (1...4).map { attempts in try client.with { $0.retry?.maxAttempts = attempts } }
                let shutdowns = copies.map { copy in simulation.start { await copy.shutdown() } }
                await client.shutdown()
                for shutdown in shutdowns { try await shutdown.value }
                #expect(transport.shutdowns == 1)
            }
            #expect(transport.shutdowns == 1)
        }
    }

    @Test func aCopyThatWasDroppedDoesNotKeepTheTransportOpen() throws {
        let transport = CountingTransport()
        try simulate {
            $0.transport = transport
        } _: { client, _ in
            _ = try client.with { $0.retry = nil }
            await client.shutdown()
            #expect(transport.shutdowns == 1)
        }
    }

    @Test func aTransportOfSomebodyElseIsNeverShutDown() throws {
        let transport = CountingTransport()
        try simulate {
            $0.transport = transport
            $0.ownsTransport = false
        } _: { client, _ in
            let copy = try client.with { $0.retry = nil }
            await client.shutdown()
            await copy.shutdown()
        }
        #expect(transport.shutdowns == 0)
    }

    @Test func copiesShareTheBudgetUnlessTheyAskForAnother() throws {
        let transport = MockTransport(.status(503))
        try simulate(transport: transport) { client, _ in
            let sharing = try client.with { $0.retry?.maxAttempts = 5 }
            let own = try client.with { $0.retry?.budget = .tokens(capacity: 100) }
            _ = try await sharing.send(ClientRequest(url: .example()))
            #expect(client.retryBudgetLeft == 480)
            #expect(own.retryBudgetLeft == 100)
            await sharing.shutdown()
            await own.shutdown()
        }
    }

    private static let configuration = Configuration().with { $0.admission = AdmissionConfiguration() }

    @Test func copiesShareBreakersAndQueueUnlessTheyAskForOthers() throws {
        try simulate(Self.configuration) { client, _ in
            let changes: [(breaker: Bool, queue: Bool, change: @Sendable (inout Configuration) -> Void)] = [
                (true, true, { _ in }),
                (true, true, { $0.retry = nil }),
                (true, true, { $0.timeouts.attempt = .seconds(7) }),
                (false, true, { $0.circuitBreaker?.failureThreshold = 7 }),
                (false, true, { $0.circuitBreaker = nil }),
                (true, false, { $0.admission?.capacity = 7 }),
                (true, false, { $0.admission = nil }),
            ]
            for (number, (keepsBreakers, keepsQueue, change)) in changes.enumerated() {
                let copy = try client.with(change)
                #expect((copy.circuitBreakers === client.circuitBreakers) == keepsBreakers, "\(number)")
                #expect((copy.queue === client.queue) == keepsQueue, "\(number)")
                #expect((copy.circuitBreakers == nil) == (copy.configuration.circuitBreaker == nil))
                #expect((copy.queue == nil) == (copy.configuration.admission == nil))
                #expect(copy.circuitBreakers?.configuration == copy.configuration.circuitBreaker)
                #expect(copy.queue?.configuration == copy.configuration.admission)
                await copy.shutdown()
            }
        }
    }

    @Test func whatACopyLearnsOfAServiceItsParentKnows() throws {
        let transport = MockTransport(.status(503))
        let configuration = Configuration().with {
            $0.retry = nil
            $0.circuitBreaker = CircuitBreakerConfiguration(failureThreshold: 5)
        }
        try simulate(configuration, transport: transport) { client, _ in
            let copy = try client.with { $0.timeouts.total = .seconds(9) }
            let fresh = try client.with { $0.circuitBreaker?.failureThreshold = 6 }
            for _ in 0..<5 { _ = try await copy.send(ClientRequest(url: .example())) }
            #expect(client.circuitBreakerStatus()["https://example.com"]?.state == .open)
            #expect(fresh.circuitBreakerStatus().isEmpty)
            let refused = await resilientError { try await client.send(ClientRequest(url: .example())) }
            #expect(refused?.code == .circuitOpen)
            #expect(try await fresh.send(ClientRequest(url: .example())).status == 503)
            await copy.shutdown()
            await fresh.shutdown()
        }
        #expect(transport.requestCount == 6)
    }

    @Test func aCopysCallsCountForTheLimitOfItsParentAlsoAfterTheQueueWasChanged() throws {
        let transport = MockTransport(MockAnswer.ok.after(.seconds(1)))
        try simulate(Self.configuration, transport: transport) { client, simulation in
            try client.queue?.reconfigure(AdmissionConfiguration(maxConcurrentRequests: 1))
            let copy = try client.with { $0.retry = nil }
            let began = simulation.clock.now
            var calls: [Task<ClientResponse, any Error>] = []
            for client in [client, copy, client, copy] {
                calls.append(simulation.start { try await client.send(ClientRequest(url: .example())) })
                try await simulation.sleep(for: .milliseconds(1))
            }
            #expect(transport.requestCount == 1)
            #expect(client.queue?.stats.waiting == 3)
            // One that is shut down takes its own waits with it and no others.
            await copy.shutdown(grace: .zero)
            #expect(await endings(calls) == [nil, .clientClosed, nil, .clientClosed])
            #expect(client.queue?.stats.cancelled == 2)
            #expect(simulation.clock.now - began == .seconds(2))
            #expect(client.queue?.stats.inFlight == 0)
        }
    }

    private func endings(_ calls: [Task<ClientResponse, any Error>]) async -> [ResilientError.Code?] {
        var codes: [ResilientError.Code?] = []
        for call in calls {
            let result = await call.result
            codes.append(await resilientError { try result.get() }?.code)
        }
        return codes
    }
}
