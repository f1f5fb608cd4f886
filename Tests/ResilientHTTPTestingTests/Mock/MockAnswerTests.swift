import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct MockAnswerTests {
    private func run<Result: Sendable>(
        _ transport: MockTransport,
        _ body: @escaping @Sendable (ResilientClient, Simulation) async throws -> Result
    ) throws -> Result {
        let simulation = Simulation(seed: 0)
        return try simulation.run { simulation in
            let client = try ResilientClient(
                .passthrough,
                dependencies: simulation.dependencies(transport: transport)
            )
            let result = try await body(client, simulation)
            await client.shutdown(grace: .zero)
            return result
        }
    }

    private struct Forecast: Codable, Equatable {
        let celsius: Int
    }

    @Test func aValueIsAnsweredAsJSON() throws {
        let transport = MockTransport(try .json(Forecast(celsius: 21), status: 201))
        let response = try run(transport) { client, _ in try await client.get("https://example.com/") }
        #expect(response.status == 201)
        #expect(response.headers[.contentType] == "application/json")
        #expect(try response.decode(Forecast.self) == Forecast(celsius: 21))
        let error = #expect(throws: ResilientError.self) { try MockAnswer.json(Double.nan) }
        #expect(error?.code == .invalidRequest)
    }

    @Test func aDelayIsOnTheClientsClock() throws {
        let moved = try run(MockTransport(MockAnswer.ok.after(.seconds(7)))) { client, simulation in
            let start = simulation.clock.now
            _ = try await client.get("https://example.com/")
            return simulation.clock.now - start
        }
        #expect(moved == .seconds(7))
    }

    @Test func aStreamArrivesAtItsIntervalAndMayBreak() throws {
        struct Cut: Error {}
        let chunks = ["ha", "lf"].map { Data($0.utf8) }
        let transport = MockTransport(
            .stream(chunks, interval: .seconds(1)),
            .stream(chunks, interval: .seconds(1), endingWith: Cut())
        )
        try run(transport) { client, simulation in
            let start = simulation.clock.now
            let whole = try await client.get("https://example.com/")
            #expect(whole.text == "half")
            #expect(simulation.clock.now - start == .seconds(3))
            await #expect(throws: Cut.self) { try await client.get("https://example.com/") }
        }
    }

    @Test(arguments: [false, true])
    func whatHangsIsLetGoWithALostConnection(isDeaf: Bool) throws {
        let transport = MockTransport(.hang, .ok, isDeaf: isDeaf)
        try run(transport) { client, simulation in
            let call = simulation.start { try await client.get("https://example.com/") }
            try await simulation.sleep(for: .seconds(1))
            #expect(transport.hangingCount == 1)
            transport.releaseHanging()
            let result = await call.result
            let error = #expect(throws: ResilientError.self) { try result.get() }
            #expect(error?.code == .connectionLost)
            #expect(transport.hangingCount == 0)
            #expect(try await client.get("https://example.com/").status == 200)
        }
    }

    @Test(arguments: [false, true])
    func shuttingDownLetsGoAndRefusesWhatFollows(isDeaf: Bool) throws {
        let transport = MockTransport(.hang, isDeaf: isDeaf)
        try run(transport) { client, simulation in
            let call = simulation.start { try await client.get("https://example.com/") }
            try await simulation.sleep(for: .seconds(1))
            await transport.shutdown()
            await transport.shutdown()
            #expect(transport.isShutDown)
            let result = await call.result
            let hanging = #expect(throws: ResilientError.self) { try result.get() }
            #expect(hanging?.code == .clientClosed)
            let refused = await #expect(throws: ResilientError.self) { try await client.get("https://example.com/") }
            #expect(refused?.code == .clientClosed)
            #expect(refused?.reachedServer == .no)
        }
        #expect(transport.requestCount == 1)
    }

    @Test func aDeafTransportGoesOnWhenItsCallerHasLeft() throws {
        let transport = MockTransport(.hang, isDeaf: true)
        try run(transport) { client, _ in
            let options = RequestOptions(totalTimeout: .seconds(1))
            let error = await #expect(throws: ResilientError.self) {
                try await client.get("https://example.com/", options: options)
            }
            #expect(error?.code == .deadlineExceeded)
            #expect(transport.hangingCount == 1)
        }
        #expect(transport.hangingCount == 0)
    }

    @Test func connectionsFailAsRealOnesDo() throws {
        let transport = MockTransport(.connectFailed, .connectionLost(), .connectionLost(reachedServer: .yes))
        let errors = try run(transport) { client, _ in
            var errors: [ResilientError?] = []
            for _ in 0..<3 {
                errors.append(
                    await #expect(throws: ResilientError.self) { try await client.get("https://example.com/") }
                )
            }
            return errors.compactMap(\.self)
        }
        #expect(errors.map(\.code) == [.connectFailed, .connectionLost, .connectionLost])
        #expect(errors.map(\.reachedServer) == [.no, .maybe, .yes])
    }
}
