import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite("A stream of events over one connection") struct ServerSentEventsTests {
    private func error(_ connection: ScriptedEvents.Connection) -> ResilientError? {
        let server = ScriptedEvents([connection])
        return #expect(throws: ResilientError.self) {
            try simulateEvents(server) { try await server.collect($0) }
        }
    }

    @Test func aCleanEndEndsTheEventsWithoutTheIncompleteOne() throws {
        let server = ScriptedEvents([.events("data: a\n\ndata: b\n\n", then: .text("data: c\n"), .text("data: d\n"))])
        let data = try simulateEvents(server) { try await server.collect($0) }
        #expect(data == ["a", "b"])
        #expect(server.ids == [nil])
    }

    @Test func aCutIsAnErrorAfterTheEventsBeforeIt() throws {
        let server = ScriptedEvents([.events("data: a\n\ndata: b\n", then: .lost)])
        try simulateEvents(server) { simulation in
            var iterator = try server.events(simulation).makeAsyncIterator()
            #expect(try await iterator.next()?.data == "a")
            let error = await resilientError { try await iterator.next() }
            #expect(error?.code == .connectionLost)
            #expect(try await iterator.next() == nil)
        }
    }

    @Test func nothingIsConnectedBeforeTheFirstEventIsAskedFor() throws {
        let server = ScriptedEvents([.events("data: a\n\n"), .events("data: b\n\n")])
        try simulateEvents(server) { simulation in
            let events = try server.events(simulation)
            var first = events.makeAsyncIterator()
            #expect(server.ids.isEmpty)
            #expect(try await first.next()?.data == "a")
            // Another iterator has another connection.
            var second = events.makeAsyncIterator()
            #expect(try await second.next()?.data == "b")
            #expect(server.ids.count == 2)
        }
    }

    @Test func anEventIsDeliveredBeforeItsConnectionGoesOn() throws {
        let server = ScriptedEvents([.events("data: a\r\r", then: .pause(.seconds(1000)), .text("data: b\n\n"))])
        try simulateEvents(server) { simulation in
            var iterator = try server.events(simulation).makeAsyncIterator()
            let start = simulation.clock.now
            #expect(try await iterator.next()?.data == "a")
            #expect(simulation.clock.now == start)
            #expect(try await iterator.next()?.data == "b")
            #expect(simulation.clock.now - start == .seconds(1000))
        }
    }

    @Test func droppingTheIteratorFreesTheConnection() throws {
        let server = ScriptedEvents([.events("data: a\n\n", then: .pause(.seconds(1000)))])
        try simulateEvents(server) { simulation in
            do {
                var iterator = try server.events(simulation).makeAsyncIterator()
                #expect(try await iterator.next() != nil)
                #expect(server.openConnections == 1)
            }
            #expect(server.openConnections == 0)
        }
    }

    @Test(arguments: ["text/event-stream", "Text/Event-Stream; charset=utf-8", " text/event-stream ;x"])
    func theContentTypeMayHaveParametersAndAnyCase(type: String) throws {
        let server = ScriptedEvents([.init(contentType: type, steps: [.text("data: a\n\n")])])
        #expect(try simulateEvents(server) { try await server.collect($0) } == ["a"])
    }

    @Test(arguments: ["application/json", "text/event-streams", "text/event-stream, text/html", "", "text/plain\u{7}"])
    func anotherContentTypeIsNamedOnOneLine(type: String) {
        let error = error(.init(contentType: type, steps: [.text("data: a\n\n"), .pause(.seconds(9))]))
        #expect(error?.code == .protocolError)
        #expect(error?.message.contains("'\(type)'") == true)
        #expect(error?.description.contains("\u{7}") == false)
        #expect(error?.status == 200)
    }

    @Test func noContentTypeIsNotAnEventStream() {
        let error = error(.init(contentType: nil, steps: [.text("data: a\n\n")]))
        #expect(error?.code == .protocolError)
        #expect(error?.message.contains("none") == true)
    }

    @Test(arguments: [201, 204, 301, 400, 401, 404, 429, 500, 503])
    func aStatusThatIsNot200IsAnErrorWithItsText(status: Int) {
        let text = String(repeating: "why ", count: 2000)
        var connection = ScriptedEvents.Connection.status(.init(status), [.retryAfter: "7"])
        connection.steps = [.text(text), .text(text)]
        let error = error(connection)
        #expect(error?.code == .status)
        #expect(error?.status?.code == status)
        #expect(error?.retryAfter == (status == 204 ? nil : .seconds(7)))
        #expect(error?.bodyPrefix == (status == 204 ? Data() : Data(text.utf8.prefix(4096))))
        #expect(error?.headers[.retryAfter] == "7")
    }

    @Test func aBrokenExplanationOfAStatusDoesNotHideTheStatus() {
        var connection = ScriptedEvents.Connection.status(403)
        connection.steps = [.text("because"), .lost]
        let error = error(connection)
        #expect(error?.status == 403)
        #expect(error?.bodyPrefix == Data("because".utf8))
    }

    @Test func anEventThatIsTooLargeComesAfterThoseBeforeIt() throws {
        let large = "data: \(String(repeating: "x", count: 100))\n\n"
        let server = ScriptedEvents([.events("data: a\n\ndata: b\n\n\(large)data: c\n\n", then: .pause(.seconds(1000)))]
        )
        try simulateEvents(server) { simulation in
            // With a reconnection too: the server would send it again.
            var iterator = try server.events(simulation, EventReconnection(), maximumEventSize: 50).makeAsyncIterator()
            #expect(try await iterator.next()?.data == "a")
            #expect(try await iterator.next()?.data == "b")
            let error = await resilientError { try await iterator.next() }
            #expect(error?.code == .responseTooLarge)
            #expect(try await iterator.next() == nil)
            #expect(server.openConnections == 0)
            #expect(server.ids.count == 1)
        }
    }

    @Test func cancellationEndsTheEventsAtOnceEvenThoseThatHaveArrived() throws {
        let server = ScriptedEvents([.events("data: a\n\ndata: b\n\n", then: .pause(.seconds(1000)))])
        try simulateEvents(server) { simulation in
            let events = try server.events(simulation)
            let reader = simulation.start { () async throws -> Void in
                var iterator = events.makeAsyncIterator()
                #expect(try await iterator.next()?.data == "a")
                try? await simulation.sleep(for: .seconds(1))
                await #expect(throws: CancellationError.self) { try await iterator.next() }
                #expect(try await iterator.next() == nil)
            }
            try await simulation.sleep(for: .milliseconds(500))
            reader.cancel()
            try await reader.value
        }
    }

    @Test func aBodyInMemoryIsReadToo() throws {
        try Simulation(seed: 0).run { simulation in
            let source = EventSource(runtime: simulation.runtime) { _ in
                ClientResponse(
                    status: 200,
                    headers: [.contentType: "text/event-stream"],
                    body: .text("data: a\n\ndata: b\n\ndata: c")
                )
            }
            var data: [String] = []
            for try await event in try ServerSentEvents(source) { data.append(event.data) }
            #expect(data == ["a", "b"])
        }
    }

    @Test func theRequestAsksForEventsAndLeavesWhatTheCallerSet() {
        let request = ClientRequest(url: .example("events"), headers: [.xAPIKey: "1"])
        let plain = request.acceptingEvents(lastEventID: nil).headers
        #expect(plain == [.xAPIKey: "1", .accept: "text/event-stream", .cacheControl: "no-cache"])
        var own = request
        own.headers = [.accept: "*/*", .cacheControl: "no-store", .lastEventID: "1"]
        #expect(own.acceptingEvents(lastEventID: nil).headers == own.headers)
        #expect(own.acceptingEvents(lastEventID: "2").headers[values: .lastEventID] == ["2"])
    }
}
