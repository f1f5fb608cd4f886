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
}
