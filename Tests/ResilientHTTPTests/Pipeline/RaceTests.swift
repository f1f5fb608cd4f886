import Dispatch
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

@Suite struct RaceTests {
    /// Does not look at deadlines, and blocks the thread that cancels it until it is let go.
    private final class Blocking: Transport {
        let capabilities = TransportCapabilities()
        let letGo = DispatchSemaphore(value: 0)
        let wasLetGo = OneShot<Bool>()

        func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
            let answer = OneShot<ClientResponse>()
            return try await withTaskCancellationHandler {
                try await answer.value()
            } onCancel: {
                wasLetGo.resolve(.success(letGo.wait(timeout: .now() + 10) == .success))
                answer.resolve(.failure(CancellationError()))
            }
        }
    }

    @Test func aTransportThatBlocksWhenItIsCancelledHoldsUpNoTimer() async throws {
        let (clock, transport) = (ManualClock(), Blocking())
        let dependencies = Dependencies(transport: transport, runtime: .manual(clock))
        let client = try ResilientClient(.passthrough, dependencies: dependencies)
        async let error = resilientError {
            try await client.send(ClientRequest(url: .example("a")), options: .init(totalTimeout: .seconds(1)))
        }
        try await clock.waitForTimers()
        clock.advance(by: .seconds(1))
        transport.letGo.signal()
        #expect(await error?.code == .deadlineExceeded)
        #expect(try await transport.wasLetGo.value())
    }
}
