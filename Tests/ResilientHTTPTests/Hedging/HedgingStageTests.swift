import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct HedgingStageTests {
    func configuration(
        _ hedging: HedgingConfiguration = HedgingConfiguration(delay: .seconds(1)),
        _ change: (inout Configuration) -> Void = { _ in }
    ) -> Configuration {
        Configuration().with {
            $0.hedging = hedging
            $0.retry?.maxAttempts = 1
            change(&$0)
        }
    }

    /// When the requests came, from the first on.
    func times(_ transport: MockTransport) -> [Duration] {
        let times = transport.requests.map(\.time)
        return times.map { $0 - times[0] }
    }

    @Test func aSlowAnswerIsOvertakenByItsCopy() throws {
        let transport = MockTransport(.ok.after(.seconds(10)), .status(200, body: "copy").after(.seconds(1)))
        let (response, budget) = try simulate(configuration(), transport: transport) { client, _ in
            (try await client.send(ClientRequest(url: .example("a"))), client.retryBudgetLeft)
        }
        #expect(response.text == "copy")
        #expect(response.timings.total == .seconds(2))
        #expect(times(transport) == [.zero, .seconds(1)])
        #expect(Set(transport.requests.map(\.requestID)).count == 1)
        // A copy after silence costs what a retry after a timeout does; the success adds its one token.
        #expect(budget == 491)
        #expect(response.explanation.decisions.contains { $0.stage == .hedging })
    }

    @Test func anAnswerInTimeIsNotHedged() throws {
        let transport = MockTransport(.ok.after(.milliseconds(999)))
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 200 && transport.requestCount == 1)
    }

    @Test func theLoserIsCancelledAndLeavesNothing() throws {
        let transport = MockTransport(.hang, .ok)
        try simulate(configuration(), transport: transport) { client, simulation in
            _ = try await client.send(ClientRequest(url: .example("a")))
            // Its cancellation runs on its own task.
            try await simulation.sleep(for: .milliseconds(1))
            #expect(transport.hangingCount == 0)
            #expect(client.callsInFlight == 0)
        }
    }

    @Test(arguments: [1, 3])
    func noMoreCopiesAreSentThanAllowed(maxHedges: Int) throws {
        let transport = MockTransport(.hang)
        let error = try #require(throws: ResilientError.self) {
            try simulate(
                configuration(HedgingConfiguration(maxHedges: maxHedges, delay: .seconds(1))),
                transport: transport
            ) { client, _ in
                try await client.send(ClientRequest(url: .example("a")), options: .init(totalTimeout: .seconds(20)))
            }
        }
        #expect(error.code == .deadlineExceeded)
        #expect(times(transport) == (0...maxHedges).map { .seconds($0) })
    }

    @Test func aFastFailureStartsTheCopyAtOnce() throws {
        let transport = MockTransport(.connectionLost(), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 200)
        #expect(times(transport) == [.zero, .zero])
    }

    @Test func aServerThatSaysWhenToComeBackIsNotAskedAgain() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "7"]), .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 503)
        #expect(transport.requestCount == 1)
    }

    @Test func whenAllFailTheLastFailureIsTheAnswer() throws {
        let transport = MockTransport(.connectionLost(), .status(500, body: "second"))
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.text == "second")
        #expect(transport.requestCount == 2)
    }

    @Test func aRetryMayHedgeAgain() throws {
        let transport = MockTransport(.status(500), .status(500), .ok)
        let response = try simulate(configuration { $0.retry?.maxAttempts = 2 }, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 200 && transport.requestCount == 3)
    }

    @Test func whatMustNotBeSentTwiceIsNotHedged() throws {
        let transport = MockTransport(.ok.after(.seconds(5)))
        try simulate(configuration(), transport: transport) { client, _ in
            let once = RequestBody.once(ResponseBody.text("x"))
            _ = try await client.send(ClientRequest(method: .post, url: .example("a"), body: .text("x")))
            _ = try await client.send(ClientRequest(method: .put, url: .example("a"), body: once))
            _ = try await client.send(ClientRequest(url: .example("a")), options: .init(isHedged: false))
        }
        #expect(transport.requestCount == 3)
        let keyed = MockTransport(.ok.after(.seconds(5)), .ok)
        try simulate(configuration(), transport: keyed) { client, _ in
            let request = ClientRequest(method: .post, url: .example("a"), body: .text("x"))
            _ = try await client.send(request, options: .init(idempotencyKey: "k"))
        }
        #expect(keyed.requestCount == 2)
    }

    @Test func anEmptyBudgetSendsNoCopies() throws {
        let transport = MockTransport(.ok.after(.seconds(5)))
        let response = try simulate(
            configuration { $0.retry?.budget = .tokens(capacity: 9, timeoutCost: 10) },
            transport: transport
        ) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(transport.requestCount == 1)
        #expect(response.explanation.description.contains("the retry budget is used up"))
    }

    @Test func theDelayFollowsTheQuantileOfWhatWasSeen() throws {
        var hedging = HedgingConfiguration()
        hedging.initialDelay = .seconds(30)
        let transport = MockTransport()
        transport.on(.path("/fast"), .ok.after(.milliseconds(100)))
        transport.on(.path("/slow"), .hang, .ok)
        let response = try simulate(configuration(hedging), transport: transport) { client, _ in
            for _ in 0..<20 { _ = try await client.send(ClientRequest(url: .example("fast"))) }
            return try await client.send(ClientRequest(url: .example("slow")))
        }
        #expect(response.timings.total == .milliseconds(100))
    }

    @Test func cancellationEndsEveryCopy() throws {
        let transport = MockTransport(.hang)
        try simulate(configuration(HedgingConfiguration(maxHedges: 3, delay: .seconds(1))), transport: transport) {
            client,
            simulation in
            let outcome = OneShot<ClientResponse>()
            let task = simulation.start {
                do {
                    outcome.resolve(.success(try await client.send(ClientRequest(url: .example("a")))))
                } catch {
                    outcome.resolve(.failure(error))
                }
            }
            try await simulation.sleep(for: .seconds(2.5))
            #expect(transport.hangingCount == 3)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await outcome.value() }
            try await simulation.sleep(for: .milliseconds(1))
            #expect(transport.hangingCount == 0 && client.callsInFlight == 0)
        }
    }

    @Test func aStreamIsHedgedUpToItsHead() throws {
        let transport = MockTransport(.hang, .stream([Data("a".utf8), Data("b".utf8)], interval: .seconds(5)))
        let text = try simulate(configuration(), transport: transport) { client, _ in
            let stream = try await client.stream(ClientRequest(url: .example("a")))
            return String(decoding: try await stream.collect(), as: UTF8.self)
        }
        #expect(text == "ab" && transport.requestCount == 2)
    }

    @Test func badSettingsAreAllNamed() throws {
        var bad = HedgingConfiguration()
        bad.maxHedges = 0
        bad.quantile = 2
        bad.minDelay = .seconds(20)
        let wrong = configuration(bad)
        let error = try #require(throws: ResilientError.self) { try wrong.validate() }
        #expect(error.problems.map(\.path).sorted() == ["hedging.max_hedges", "hedging.min_delay", "hedging.quantile"])
    }

    /// gRPC's proposal A6: "pushback".
    @Test func afterAnAnswerThatSaysWhenNoFurtherCopyIsSentAndTheRetryWaitsAsTold() throws {
        let transport = MockTransport(
            .status(429, headers: [.retryAfter: "10"]).after(.seconds(1.5)),
            .status(500).after(.milliseconds(700)),
            .ok
        )
        let settings = configuration(HedgingConfiguration(maxHedges: 3, delay: .seconds(1))) {
            $0.retry = RetryConfiguration(maxAttempts: 2, backoff: .none)
            $0.retry?.serverJitter = 0
        }
        let response = try simulate(settings, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 200)
        // The first at 0 s, one copy at 1 s that fails at 1.7 s; told at 1.5 s, waited from 1.7 s on.
        #expect(times(transport) == [.zero, .seconds(1), .milliseconds(11_700)])
        #expect(response.explanation.description.contains("no further copy"))
    }

    @Test func aCopyUnderWayMayStillAnswer() throws {
        let transport = MockTransport(
            .status(503, headers: [.retryAfter: "10"]).after(.seconds(1.5)),
            .status(200, body: "copy").after(.seconds(5))
        )
        let response = try simulate(
            configuration(HedgingConfiguration(maxHedges: 3, delay: .seconds(1))),
            transport: transport
        ) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.text == "copy" && transport.requestCount == 2)
    }

    @Test func whereServersAreNotHeededCopiesGoOn() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "10"]), .ok)
        let settings = configuration { $0.retry?.heedsServer = false }
        let response = try simulate(settings, transport: transport) { client, _ in
            try await client.send(ClientRequest(url: .example("a")))
        }
        #expect(response.status == 200 && transport.requestCount == 2)
    }

    @Test func aCallThatIsCancelledAfterThePushbackLeavesNothing() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "10"]).after(.seconds(1.5)), .hang)
        try simulate(configuration(HedgingConfiguration(maxHedges: 3, delay: .seconds(1))), transport: transport) {
            client,
            simulation in
            let task = simulation.start { try await client.send(ClientRequest(url: .example("a"))) }
            try await simulation.sleep(for: .seconds(3))
            #expect(transport.requestCount == 2)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await simulation.sleep(for: .milliseconds(1))
            #expect(transport.hangingCount == 0 && client.callsInFlight == 0)
        }
    }
}
