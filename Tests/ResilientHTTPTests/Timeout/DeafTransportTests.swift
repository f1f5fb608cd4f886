import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization
import Testing

@Suite struct DeafTransportTests {
    /// Goes on for 100 s whatever happens, and notes what became of it.
    private final class Straggler: Transport {
        let capabilities = TransportCapabilities()
        private let state = Mutex((wasCancelled: [Bool](), heard: [String?]()))

        var wasCancelled: [Bool] { state.withLock { $0.wasCancelled } }
        var heard: [String?] { state.withLock { $0.heard } }

        func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
            state.withLock { $0.heard.append(Caller.name) }
            let shot = OneShot<Void>()
            _ = context.runtime.schedule(at: context.runtime.now + .seconds(100)) { shot.resolve(.success(())) }
            try await shot.value()
            state.withLock { $0.wasCancelled.append(Task.isCancelled) }
            return ClientResponse(status: 200, body: .text("late"))
        }
    }

    private enum Caller {
        @TaskLocal static var name: String?
    }

    @Test func theStragglerIsCancelledAndWhatItBringsIsThrownAway() throws {
        let transport = Straggler()
        let error = try #require(throws: ResilientError.self) {
            try simulate(AttemptTimeoutTests.configuration()) {
                $0.transport = transport
            } _: { client, _ in
                try await client.get("https://example.com/")
            }
        }
        #expect(error.code == .attemptTimeout)
        #expect(error.reachedServer == .maybe)
        // Known only after the simulation has settled: the call was over long before.
        #expect(transport.wasCancelled == [true, true, true])
    }

    @Test func aStragglerOfACancelledCallAndOfAClosedClientIsCancelledToo() throws {
        for isShutdown in [false, true] {
            let transport = Straggler()
            _ = try simulate {
                $0.transport = transport
            } _: { client, simulation in
                try await client.ending(simulation) { call in
                    if isShutdown { await client.shutdown(grace: .zero) } else { call.cancel() }
                }
            }
            #expect(transport.wasCancelled == [true])
        }
    }

    @Test func aTransportThatAnswersInTimeIsNotCancelledAndLeavesNoTimer() throws {
        for isDeaf in [false, true] {
            let answer = MockAnswer.ok.after(.seconds(1))
            try simulate(transport: MockTransport(answer, isDeaf: isDeaf)) { client, simulation in
                let response = try await client.get("https://example.com/")
                #expect(response.status == 200)
                #expect(simulation.clock.pendingTimers == 0)
                #expect(simulation.runtime.liveTimers == 0)
            }
        }
    }

    @Test func theCallersTaskLocalsAreSeenByTheTransport() throws {
        let transport = Straggler()
        try simulate {
            $0.transport = transport
        } _: { client, _ in
            await Caller.$name.withValue("the caller") {
                let options = RequestOptions(maxAttempts: 1)
                _ = await resilientError { try await client.get("https://example.com/", options: options) }
            }
        }
        #expect(transport.heard == ["the caller"])
    }

    @Test func theErrorOfADeafTransportIsItsOwn() throws {
        struct Own: Error {}
        #expect(throws: Own.self) {
            try simulate(transport: MockTransport(.error(Own()), isDeaf: true)) { client, _ in
                try await client.get("https://example.com/")
            }
        }
    }
}
