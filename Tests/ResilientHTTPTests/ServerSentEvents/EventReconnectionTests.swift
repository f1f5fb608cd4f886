import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite("A stream of events that reconnects") struct EventReconnectionTests {
    /// Without chance: the backoff adds 1, 2, 4 … seconds.
    private static let plain = EventReconnection().with {
        $0.backoff = .exponential(base: .seconds(1), cap: .seconds(30), jitter: .none)
    }

    private func collect(
        _ server: ScriptedEvents,
        _ change: @escaping @Sendable (inout EventReconnection) -> Void = { _ in }
    ) throws -> [String] {
        try simulateEvents(server) { try await server.collect($0, Self.plain.with(change)) }
    }

    private func error(
        _ server: ScriptedEvents,
        _ change: @escaping @Sendable (inout EventReconnection) -> Void = { _ in }
    ) -> ResilientError? {
        #expect(throws: ResilientError.self) { try collect(server, change) }
    }

    @Test func itGoesOnAfterACleanEndWithTheIDOfTheLastEvent() throws {
        let server = ScriptedEvents([
            .events("id: 1\ndata: a\n\nid: 2\ndata: lost"), .events("data: b\n\n"), .events("id: €3\ndata: c\n\n"),
        ])
        #expect(try collect(server) == ["a", "b", "c"])
        #expect(server.ids == [nil, "1", "1", "€3"])
        // A clean end is no failure: the three seconds of the default, nothing added.
        #expect(server.seconds == [0, 3, 6, 9])
    }

    @Test func aCutLosesTheIncompleteEventAndAddsABackoff() throws {
        let server = ScriptedEvents([
            .events("id: 1\ndata: a\n\nid: 2\ndata: b\n", then: .lost), .events("data: c\n\n", then: .lost),
        ])
        #expect(try collect(server) == ["a", "c"])
        #expect(server.ids == [nil, "1", "1"])
        #expect(server.seconds == [0, 4, 8])
    }

    @Test func theServerSaysHowLongToWaitWithinBounds() throws {
        let server = ScriptedEvents([
            .events("retry: 500\ndata: a\n\n"), .events("retry: 0\n\n"), .events("retry: 999999999999999999999\n"),
            .events("retry: 1000\n\n", then: .lost),
        ])
        #expect(try collect(server) == ["a"])
        #expect(server.seconds == [0, 0.5, 0.6, 60.6, 62.6])
    }

    @Test func failuresInARowWaitLongerAndThenEndWithTheLastError() {
        let server = ScriptedEvents([
            .failing(.connectFailed), .failing(.nameResolutionFailed), .status(503), .events(": hello\n", then: .lost),
            .failing(.attemptTimeout), .events("data: never\n\n"),
        ])
        #expect(error(server)?.code == .attemptTimeout)
        #expect(server.seconds == [0, 4, 9, 16, 27])
    }

    @Test func anEventStartsTheCountAnew() throws {
        let down = [ScriptedEvents.Connection](repeating: .failing(.connectFailed), count: 4)
        let up = ScriptedEvents.Connection.events("data: a\n\n", then: .lost)
        let server = ScriptedEvents(down + [up] + down + [up] + down)
        #expect(try collect(server) == ["a", "a"])
        #expect(server.ids.count == 15)
        // 3 s each; 1, 2, 4, 8 s for the failures and 1 s for the cut after an event.
        #expect(server.seconds[4...6].map { $0 - server.seconds[4] } == [0, 4, 8])
    }

    @Test func aCleanEndWithoutAnEventIsNoFailure() throws {
        let idle = [ScriptedEvents.Connection](repeating: .events(": idle\n"), count: 20)
        let server = ScriptedEvents(idle + [.events("data: a\n\n")])
        #expect(try collect(server) == ["a"])
    }

    @Test func theFirstFailureMayBeTheLast() {
        let server = ScriptedEvents([.failing(.connectFailed)])
        #expect(error(server) { $0.maxFailures = 1 }?.code == .connectFailed)
        #expect(server.seconds == [0])
    }

    @Test func noContentEndsTheEvents() throws {
        let server = ScriptedEvents([.events("data: a\n\n"), .status(204), .events("data: b\n\n")])
        #expect(try collect(server) == ["a"])
        #expect(server.ids.count == 2)
        let atOnce = ScriptedEvents([.status(204)])
        #expect(try collect(atOnce).isEmpty)
    }

    @Test(arguments: [201, 301, 400, 401, 403, 404, 410, 501])
    func aStatusThatCannotPassEndsWithItsError(status: Int) {
        let server = ScriptedEvents([.events("data: a\n\n"), .status(.init(status)), .events("data: b\n\n")])
        #expect(error(server)?.status?.code == status)
        #expect(server.ids.count == 2)
    }

    @Test(arguments: [408, 429, 500, 502, 503, 529])
    func aStatusThatCanPassIsTriedAgain(status: Int) throws {
        let server = ScriptedEvents([.status(.init(status)), .events("data: a\n\n")])
        #expect(try collect(server) == ["a"])
        #expect(server.seconds == [0, 4, 7])
    }

    @Test func anExhaustedQuotaAndAServerThatForbidsRetryingCannotPass() {
        var quota = ScriptedEvents.Connection.status(429)
        quota.steps = [.text(#"{"error": {"code": "insufficient_quota"}}"#)]
        #expect(error(ScriptedEvents([quota]))?.status == 429)
        #expect(error(ScriptedEvents([.status(503, [.init(constant: "X-Should-Retry"): "false"])]))?.status == 503)
    }

    @Test func anotherContentTypeEndsWithItsError() {
        let server = ScriptedEvents([.events("data: a\n\n"), .init(contentType: "text/html"), .events("data: b\n\n")])
        #expect(error(server)?.code == .protocolError)
        #expect(server.ids.count == 2)
    }

    @Test func theLongerOfRetryAfterAndOurOwnDelayIsWaitedFor() throws {
        let server = ScriptedEvents([
            .status(503, [.retryAfter: "100"]), .status(429, [.retryAfter: "1"]),
            .failing(.circuitOpen, retryAfter: .seconds(30)), .events("data: a\n\n"),
        ])
        #expect(try collect(server) == ["a"])
        // Of the backoff's 1 s, 2 s and 4 s as much as is no more than half of what is asked for.
        #expect(server.seconds == [0, 101, 106, 140, 143])
    }

    @Test func aRetryAfterBeyondTheBoundEndsWithItsAnswer() {
        let server = ScriptedEvents([.status(503, [.retryAfter: "121"]), .events("data: a\n\n")])
        #expect(error(server)?.retryAfter == .seconds(121))
        #expect(server.seconds == [0])
        let patient = ScriptedEvents([.status(503, [.retryAfter: "121"]), .events("data: a\n\n")])
        #expect(throws: Never.self) { try collect(patient) { $0.maxServerDelay = .seconds(121) } }
    }

    @Test(arguments: [ResilientError.Code.tlsFailed, .invalidRequest, .clientClosed, .deadlineExceeded, .protocolError])
    func errorsThatWouldBeTheSameAgainEndIt(code: ResilientError.Code) {
        let connecting = ScriptedEvents([.failing(code), .events("data: a\n\n")])
        #expect(error(connecting)?.code == code)
        let reading = ScriptedEvents([.events("data: a\n\n", then: .cut(ResilientError(code, "cut"))), .events("")])
        #expect(error(reading)?.code == code)
        #expect(reading.ids.count == 1)
    }

    /// With a tab, which a field value may have inside; a leading one it may not.
    @Test(arguments: [
        ("a\tb", true), ("\tb", false), ("a ", false), ("a\u{1}b", false), ("\u{7F}", false), ("é", true),
    ])
    func anIDThatNoHeaderFieldCanCarryIsNotSent(id: String, isSent: Bool) throws {
        let server = ScriptedEvents([.events("id: \(id)\ndata: a\n\n"), .events("id\ndata: b\n\n")])
        #expect(try collect(server) == ["a", "b"])
        #expect(server.ids == [nil, isSent ? id : nil, nil])
    }

    @Test func itCanGoOnFromAnEarlierRun() throws {
        let server = ScriptedEvents([.events("data: a\n\n"), .events("id: 6\ndata: b\n\n")])
        try simulateEvents(server) { simulation in
            var iterator = try server.events(simulation, Self.plain, lastEventID: "5").makeAsyncIterator()
            #expect(try await iterator.next()?.id == "5")
            #expect(try await iterator.next()?.id == "6")
            #expect(iterator.lastEventID == "6")
        }
        #expect(server.ids == ["5", "5"])
    }

    @Test func cancellationEndsAWaitAtOnce() throws {
        let server = ScriptedEvents([.events("retry: 60000\ndata: a\n\n"), .events("data: b\n\n")])
        try simulateEvents(server) { simulation in
            let reader = simulation.start { try await server.collect(simulation, Self.plain) }
            try await simulation.sleep(for: .seconds(20))
            let start = simulation.clock.now
            reader.cancel()
            await #expect(throws: CancellationError.self) { try await reader.value }
            #expect(simulation.clock.now == start)
            #expect(server.ids.count == 1)
        }
    }

    @Test func aWaitHoldsNoConnection() throws {
        let server = ScriptedEvents([.events("data: a\n\n", then: .lost), .events("data: b\n\n")])
        try simulateEvents(server) { simulation in
            let reader = simulation.start { try await server.collect(simulation, Self.plain) }
            try await simulation.sleep(for: .seconds(2))
            #expect(server.openConnections == 0)
            #expect(try await reader.value == ["a", "b"])
        }
    }

    @Test func clientsThatWereCutOffTogetherComeBackApart() throws {
        var times = Set<Double>()
        for seed in 0..<20 as Range<UInt64> {
            let server = ScriptedEvents([.events("data: a\n\n", then: .lost), .events("data: b\n\n")])
            _ = try simulateEvents(seed: seed, server) { try await server.collect($0, EventReconnection()) }
            let wait = server.seconds[1]
            #expect((3.0..<4.0).contains(wait))
            times.insert(wait)
        }
        #expect(times.count == 20)
    }

    /// Whatever the server does, each event is delivered once and in order, and the id is always the last one's.
    @Test func everyEventOnceOverAnyCuts() throws {
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var connections: [ScriptedEvents.Connection] = []
            var next = 0
            while next < 30 {
                var text = ""
                let from = next
                for _ in 0..<Int.random(in: 0...4, using: &random) {
                    text += "id: \(next)\ndata: \(next)\n\n"
                    next += 1
                }
                text += ["", "id: x\n", "id: x\ndata: x", "id: x\ndata: x\n"][Int.random(in: 0..<4, using: &random)]
                let steps = Data(text.utf8).pieces(using: &random).map { ScriptedEvents.Step.chunk($0) }
                let isClean = from == next || Bool.random(using: &random)
                connections.append(.init(steps: isClean ? steps : steps + [.lost]))
            }
            let total = next
            let server = ScriptedEvents(connections)
            let data = try simulateEvents(seed: seed, server) { try await server.collect($0, EventReconnection()) }
            #expect(data == (0..<total).map(String.init), "seed \(seed)")
            #expect(server.ids.last == "\(total - 1)", "seed \(seed)")
        }
    }
}
