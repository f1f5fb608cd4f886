import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Cancellation is the caller's word: it is never lost, and nobody else's.
@Suite struct CancellationErrorTests {
    /// Answers with an error as soon as it is cancelled.
    private struct Sulking: Transport {
        let capabilities = TransportCapabilities(honoursDeadlines: true)

        func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
            do {
                try await context.sleep(for: .seconds(10))
            } catch {
                throw ResilientError(.connectionLost, "sulks", reachedServer: .maybe)
            }
            return ClientResponse(status: 200)
        }
    }

    @Test func aCancelledCallThrowsCancellationErrorWhateverItsTransportThrows() throws {
        let simulation = Simulation(seed: 0)
        let isCancellation = try simulation.run { simulation in
            let client = try ResilientClient(.passthrough, dependencies: simulation.dependencies(transport: Sulking()))
            let call = simulation.start { try await client.send(ClientRequest(url: .example("a"))) }
            try await Sleeper.sleep(for: .seconds(1), simulation)
            call.cancel()
            if case .failure(let error) = await call.result { return error is CancellationError }
            return false
        }
        #expect(isCancellation)
    }

    @Test(arguments: [URLError(.cancelled) as any Error, CancellationError()])
    func aTransportThatGivesUpByItselfHasLostTheConnection(_ giving: any Error) throws {
        let error = try simulate(.passthrough, transport: MockTransport(.error(giving))) { client, _ in
            await resilientError { try await client.send(ClientRequest(url: .example("a"))) }
        }
        #expect(error?.code == .connectionLost && error?.reachedServer == .maybe)
    }

    private enum Sleeper {
        static func sleep(for duration: Duration, _ simulation: Simulation) async throws {
            let shot = OneShot<Void>()
            _ = simulation.runtime.schedule(at: simulation.clock.now + duration) { shot.resolve(.success(())) }
            try await shot.value()
        }
    }
}
