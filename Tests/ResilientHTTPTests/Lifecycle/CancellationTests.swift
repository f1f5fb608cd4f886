import Foundation
import ResilientHTTPTesting
import Synchronization
import Testing

@testable import ResilientHTTP

@Suite struct CancellationTests {
    @Test(arguments: WaitingPoint.allCases)
    func aCancelledCallEndsAtOnceAndGivesBackWhatItTook(point: WaitingPoint) throws {
        for seed in Simulation.seeds(20) {
            let transport = point.makeTransport()
            let ending = try simulate(
                seed: seed,
                point.configuration,
                transport: transport,
                change: point.prepare
            ) { client, simulation in
                try await client.ending(simulation) { $0.cancel() }
            }
            #expect(ending.isCancelled, "\(ending.result), seed \(seed)")
            #expect(ending.clockMoved == .zero)
            #expect(ending.budgetLeft == 500)
            #expect(ending.callsInFlight == 0)
            #expect(ending.timersLeft == 0 || point.isBesideTheCall)
            #expect(transport.requestCount == point.sent)
        }
    }

    @Test func aCallThatIsCancelledBeforehandSendsNothing() throws {
        for seed in Simulation.seeds(20) {
            let transport = MockTransport(isDeaf: seed.isMultiple(of: 2))
            let ending = try simulate(seed: seed, transport: transport) { client, simulation in
                try await client.ending(simulation, after: .zero) { _ in
                    let call = simulation.start {
                        withUnsafeCurrentTask { $0?.cancel() }
                        return try await client.get("https://example.com/")
                    }
                    let result = await call.result
                    #expect(throws: CancellationError.self) { try result.get() }
                }
            }
            #expect(ending.callsInFlight == 0)
            // The call beside it, which nobody cancelled.
            #expect(transport.requestCount == 1)
        }
    }

    @Test func aTransportThatAnswersCancellationWithItsOwnErrorDoesNotHideIt() throws {
        let reactions: [any Error] = [
            URLError(.cancelled), URLError(.networkConnectionLost), ResilientError(.connectionLost, "closed"),
            CancellationError(),
        ]
        for reaction in reactions {
            let ending = try simulate(.passthrough) {
                $0.transport = Stubborn(reaction: reaction)
            } _: { client, simulation in
                try await client.ending(simulation) { $0.cancel() }
            }
            #expect(ending.isCancelled, "\(ending.result)")
            #expect(ending.clockMoved == .zero)
        }
    }

    @Test(arguments: [true, false])
    func nobodyIsToldOfACancellationThatWasNone(isURLError: Bool) throws {
        let transport = MockTransport(.error(isURLError ? URLError(.cancelled) : CancellationError()))
        let error = try #require(throws: ResilientError.self) {
            try simulate(.passthrough, transport: transport) { client, _ in
                try await client.get("https://example.com/")
            }
        }
        #expect(error.code == .connectionLost)
        #expect(error.reachedServer == .maybe)
    }

    @Test func cancellingAShutdownEndsWhatIsLeftAtOnce() throws {
        for seed in Simulation.seeds(20) {
            let ending = try simulate(seed: seed, transport: MockTransport(.hang)) { client, simulation in
                try await client.ending(simulation) { _ in
                    let shutdown = simulation.start { await client.shutdown(grace: .seconds(100)) }
                    try await simulation.sleep(for: .zero)
                    #expect(client.callsInFlight == 1)
                    shutdown.cancel()
                }
            }
            #expect(ending.error?.code == .clientClosed)
            #expect(ending.clockMoved == .zero)
        }
    }

    @Test func cancellingTheBodyOfAClientsScopeShutsTheClientDownWithoutGrace() throws {
        for seed in Simulation.seeds(20) {
            let transport = MockTransport(.hang)
            let simulation = Simulation(seed: seed)
            try simulation.run { simulation in
                let dependencies = simulation.dependencies(transport: transport)
                let scope = simulation.start {
                    try await withResilientClient(dependencies: dependencies, grace: .seconds(100)) { client in
                        async let other = client.get("https://example.com/other")
                        _ = try await client.get("https://example.com/")
                        return try await other
                    }
                }
                try await simulation.sleep(for: .seconds(1))
                let then = simulation.clock.now
                scope.cancel()
                let result = await scope.result
                #expect(throws: CancellationError.self) { try result.get() }
                #expect(simulation.clock.now == then)
            }
            #expect(transport.isShutDown)
            try simulation.expectNothingLeft()
        }
    }

    @Test func aWaitThatHasEndedIsForgottenByItsCall() throws {
        try simulate { _, simulation in
            let call = CallRecord(requestID: RequestID(high: 0, low: 0), options: .init(), runtime: simulation.runtime)
            weak var last: OneShot<Int>?
            for value in 0..<3 {
                let shot = OneShot<Int>()
                last = shot
                shot.resolve(.success(value))
                let received = try await call.interruptible(shot, onEnd: {})
                #expect(received == value)
            }
            #expect(last == nil)
        }
    }
}

/// Honours cancellation in its own way, and nothing else.
private struct Stubborn: Transport {
    let capabilities = TransportCapabilities(honoursDeadlines: true)
    let reaction: any Error

    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        let shot = OneShot<ClientResponse>()
        return try await withTaskCancellationHandler {
            try await shot.value()
        } onCancel: {
            shot.resolve(.failure(reaction))
        }
    }
}
