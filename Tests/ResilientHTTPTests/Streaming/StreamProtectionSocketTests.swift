import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

extension OverRealSockets {
    /// What a stream holds of the protections (the breaker's permit, the slot, the call) is given back at its end,
    /// whichever that is.
    @Suite(.timeLimit(.minutes(1)))
    struct StreamProtectionSocketTests {
        enum End: CaseIterable, Sendable {
            case complete, unread, left, cancelled, cut, idle, total, behind, tooLarge, events, shutdown
        }

        private static let hanging = FaultServer.Behaviour.stream([.text("first")], ending: .hang)

        private static func behaviour(_ end: End) -> FaultServer.Behaviour {
            switch end {
            case .complete: .stream([.text("a"), .pause(.milliseconds(5)), .text("b")])
            case .cut: .stream([.text("part")], ending: .cut)
            case .behind, .tooLarge: .stream([.bytes(Data(count: 1 << 20))], ending: .hang)
            case .events: .serverSentEvents([.event("one"), .event("two")], ending: .hang)
            default: hanging
            }
        }

        private static func options(_ end: End) -> RequestOptions {
            switch end {
            case .idle: .init(idleTimeout: .milliseconds(50))
            case .total: .init(totalTimeout: .milliseconds(100))
            case .behind: .init(streamBuffer: 100_000)
            case .tooLarge: .init(responseLimit: 50_000)
            default: .init()
            }
        }

        /// Uses a stream as its end has it; nothing of it is left when this returns.
        private static func use(_ stream: ResponseStream, _ end: End, _ client: ResilientClient) async throws {
            switch end {
            case .unread:
                break
            case .left:
                for try await _ in stream { break }
            case .events:
                for try await event in try stream.events() where event.data == "one" { break }
            case .cancelled:
                let reader = Task { await stream.reading() }
                reader.cancel()
                #expect(await reader.value.isCancelled)
            case .shutdown:
                let reader = Task { await stream.reading() }
                await client.shutdown(grace: .milliseconds(20))
                #expect(await reader.value.code == .clientClosed)
            case .total:
                // Nobody reads, and it ends all the same.
                while client.callsInFlight > 0 { try await Task.sleep(for: .milliseconds(1)) }
                #expect(await stream.reading().code == .deadlineExceeded)
            case .behind where try LiveTransport.hasBackPressure:
                // The server waits, and the stream with it, until it is let go.
                #expect(client.callsInFlight == 1)
            case .behind:
                while client.callsInFlight > 0 { try await Task.sleep(for: .milliseconds(1)) }
                #expect(await stream.reading().code == .responseTooLarge)
            case .complete: #expect(await stream.reading().text == "ab")
            case .cut: #expect(await stream.reading().code == .connectionLost)
            case .idle: #expect(await stream.reading().code == .attemptTimeout)
            case .tooLarge: #expect(await stream.reading().code == .responseTooLarge)
            }
        }

        @Test(arguments: End.allCases)
        func permitAndSlotAreGivenBack(end: End) async throws {
            let configuration = Configuration().with {
                // One slot: a stream that kept it would be the last.
                $0.admission = AdmissionConfiguration(maxConcurrentRequests: 1)
                $0.circuitBreaker?.failureThreshold = 3
            }
            try await FaultServer.withServer { server in
                server.script(default: [Self.behaviour(end)])
                try await withResilientClient(configuration, dependencies: .live()) { client in
                    for _ in 0..<2 {
                        let request = ClientRequest(url: server.url)
                        func hold() async throws {
                            let stream = try await client.stream(request, options: Self.options(end))
                            #expect(stream.status == 200)
                            try await Self.use(stream, end, client)
                        }
                        try await hold()
                        // At once, but the thread that brought the head may have been the last to hold the stream.
                        while client.callsInFlight > 0 { try await Task.sleep(for: .milliseconds(1)) }
                        #expect(client.queue?.stats.inFlight == 0)
                        let status = try #require(client.circuitBreakerStatus().values.first)
                        #expect(status.inFlight == 0 && status.state == .closed)
                        if end == .shutdown { return }
                    }
                    // What the reader does is not the service's fault.
                    let failures = client.circuitBreakerStatus().values.first?.failureCount
                    #expect(failures == ([.cut, .idle].contains(end) ? 2 : 0))
                }
                if end != .complete { try await server.waitForNoConnections(timeout: .seconds(5)) }
            }
        }

        @Test func streamsThatAlwaysBreakOpenTheCircuitAndAFeedWaitsForIt() async throws {
            let configuration = Configuration().with {
                $0.retry = nil
                $0.circuitBreaker?.failureThreshold = 2
                $0.circuitBreaker?.recoveryTimeout = .milliseconds(300)
                $0.circuitBreaker?.successThreshold = 1
            }
            try await FaultServer.withServer { server in
                let cut = FaultServer.Behaviour.serverSentEvents([.text(": nothing\n\n")], ending: .cut)
                server.script("/feed", [cut, cut, .serverSentEvents([.event("well")], ending: .hang)])
                try await withResilientClient(configuration, dependencies: .live()) { client in
                    let reconnection = EventReconnection().with {
                        $0.backoff = .constant(.zero)
                        $0.initialDelay = .zero
                    }
                    let request = ClientRequest(url: server.url.appending(path: "feed"))
                    for try await event in try client.events(request, reconnection: reconnection) {
                        #expect(event.data == "well")
                        break
                    }
                    let status = try #require(client.circuitBreakerStatus().values.first)
                    #expect(status.openedCount == 1 && status.rejectedCount == 1 && status.inFlight == 0)
                }
                #expect(server.requests(path: "/feed").count == 3)
            }
        }
    }
}
