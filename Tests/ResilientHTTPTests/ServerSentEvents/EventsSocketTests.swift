import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

extension OverRealSockets {
    @Suite struct EventsSocketTests {
        let configuration = Configuration().with {
            $0.retry = nil
            $0.timeouts.idle = .seconds(5)
        }

        @Test func eventsGoOnAfterACutWithTheIdOfTheLast() async throws {
            try await FaultServer.withServer { server in
                server.script(
                    "/feed",
                    [
                        .serverSentEvents([.text("retry: 100\nid: 7\ndata: one\n\nid: 8\ndata: hal")], ending: .cut),
                        .serverSentEvents([.event("two"), .event("three", name: "last")], ending: .clean),
                    ]
                )
                try await withResilientClient(configuration, dependencies: .live()) { client in
                    var seen: [String] = []
                    let reconnection = EventReconnection().with { $0.backoff = .constant(.zero) }
                    let request = ClientRequest(url: server.url.appending(path: "feed"))
                    for try await event in try client.events(request, reconnection: reconnection) {
                        seen.append("\(event.type) \(event.data)")
                        if event.type == "last" { break }
                    }
                    // The half event at the cut is nobody's.
                    #expect(seen == ["message one", "message two", "last three"])
                }
                let requests = server.requests(path: "/feed")
                #expect(requests.map { $0.values(of: "Last-Event-ID") } == [[], ["7"]])
                #expect(requests.allSatisfy { $0.values(of: "Accept") == ["text/event-stream"] })
            }
        }

        @Test func aCutWithoutReconnectionIsAnErrorAfterTheEvents() async throws {
            try await FaultServer.withServer { server in
                server.script("/chat", [.serverSentEvents([.event("hello"), .text("data: wor")], ending: .cut)])
                try await withResilientClient(configuration, dependencies: .live()) { client in
                    let request = ClientRequest(
                        method: .post,
                        url: server.url.appending(path: "chat"),
                        body: .text("?")
                    )
                    var seen: [String] = []
                    let error = await resilientError {
                        let stream = try await client.stream(request)
                        for try await event in try stream.events() { seen.append(event.data) }
                    }
                    #expect(seen == ["hello"] && error?.code == .connectionLost && error?.reachedServer == .yes)
                }
                #expect(server.requests.count == 1)
            }
        }

        @Test func aStreamThatStallsEndsAtTheIdleTimeout() async throws {
            try await FaultServer.withServer { server in
                server.script("/feed", [.serverSentEvents([.event("one")], ending: .hang)])
                try await withResilientClient(configuration, dependencies: .live()) { client in
                    let request = ClientRequest(url: server.url.appending(path: "feed"))
                    let error = await resilientError {
                        let events = try client.events(request, options: .init(idleTimeout: .milliseconds(100)))
                        for try await event in events { #expect(event.data == "one") }
                    }
                    #expect(error?.code == .attemptTimeout)
                    #expect(client.callsInFlight == 0)
                }
                try await server.waitForNoConnections()
            }
        }

        @Test func shutdownEndsTheWaitBetweenTwoConnections() async throws {
            try await FaultServer.withServer { server in
                server.script("/feed", [.serverSentEvents([.text("retry: 50000\ndata: one\n\n")])])
                let client = try ResilientClient(configuration, dependencies: .live())
                let request = ClientRequest(url: server.url.appending(path: "feed"))
                let error = await resilientError {
                    for try await _ in try client.events(request, reconnection: EventReconnection()) {
                        Task { await client.shutdown(grace: .milliseconds(50)) }
                    }
                }
                #expect(error?.code == .clientClosed)
            }
        }
    }
}
