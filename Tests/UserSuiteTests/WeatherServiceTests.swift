import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import XCTest

/// How to test code that uses a client: a mock transport for the answers, a manual clock for the time, a simulation
/// for everything that runs at the same time. Nothing here waits, and nothing opens a socket.
final class WeatherServiceTests: XCTestCase {
    // MARK: Answers

    func testAForecastIsDecoded() async throws {
        let transport = MockTransport(try .json(paris))
        let forecast = try await makeService(transport).forecast(for: "Paris")

        XCTAssertEqual(forecast, paris)
        let sent = try XCTUnwrap(transport.requests.first?.request)
        XCTAssertEqual(sent.method, .get)
        XCTAssertEqual(sent.url.absoluteString, "https://weather.example/v1/forecast?city=Paris")
    }

    func testAnUnknownCityIsATypedFailure() async throws {
        let service = try makeService(MockTransport(.status(404)))
        do {
            _ = try await service.forecast(for: "Atlantis")
            XCTFail("a forecast for a city that does not exist")
        } catch let failure as WeatherService.Failure {
            XCTAssertEqual(failure, .unknownCity("Atlantis"))
        }
    }

    func testAnAnswerThatIsNoForecastIsADecodingError() async throws {
        let service = try makeService(MockTransport(.status(200, body: #"{"city": "Paris"}"#)))
        do {
            _ = try await service.forecast(for: "Paris")
            XCTFail("a forecast without a temperature")
        } catch let error as ResilientError {
            XCTAssertEqual(error.code, .decoding)
            XCTAssertTrue(error.message.contains("celsius"), error.message)
        }
    }

    // MARK: Time

    /// The clock stands still until the test moves it: wait until the code under test waits, then move on.
    func testAnIllServerIsAskedAgainAfterTheBackoff() async throws {
        let clock = ManualClock()
        let transport = MockTransport(.status(503), try .json(paris))
        let service = try makeService(transport, runtime: .manual(clock)) {
            $0.retry = .retries(1, backoff: .constant(.seconds(2), jitter: .none))
        }
        async let forecast = service.forecast(for: "Paris")

        try await clock.waitForTimers()
        XCTAssertEqual(transport.requestCount, 1)
        clock.advance(by: .seconds(2))

        let answer = try await forecast
        XCTAssertEqual(answer, paris)
        XCTAssertEqual(transport.requests.map(\.attempt), [1, 2])
    }

    func testAServerThatDoesNotAnswerIsUnavailable() async throws {
        let clock = ManualClock()
        let service = try makeService(MockTransport(.hang), runtime: .manual(clock)) {
            $0.retry = nil
            $0.timeouts.attempt = .seconds(10)
        }
        async let forecast = service.forecast(for: "Paris")

        try await clock.waitForTimers()
        clock.advance(by: .seconds(10))

        do {
            _ = try await forecast
            XCTFail("a forecast from a silent server")
        } catch let failure as WeatherService.Failure {
            XCTAssertEqual(failure, .unavailable(retryAfter: nil))
        }
    }

    /// In a simulation the clock moves by itself when nothing else can run, so a test with many waits needs no script.
    func testAServerThatStaysIllSaysWhenToComeBack() throws {
        let transport = MockTransport(.status(503, headers: [.retryAfter: "30"]))
        let failure = try Simulation(seed: 1).run { simulation in
            let service = try makeService(transport, runtime: simulation.runtime)
            do {
                _ = try await service.forecast(for: "Paris")
                return nil as WeatherService.Failure?
            } catch let failure as WeatherService.Failure {
                return failure
            }
        }
        XCTAssertEqual(failure, .unavailable(retryAfter: .seconds(30)))
        XCTAssertEqual(transport.requestCount, 3)
    }

    // MARK: What is sent

    func testAReportIsSentAgainUnderTheSameKey() throws {
        let transport = MockTransport()
        transport.on(.method(.post) && .path("/v1/reports"), .connectionLost(), .status(201))
        try Simulation(seed: 1).run { simulation in
            let service = try makeService(transport, runtime: simulation.runtime)
            try await service.report(paris, key: "report-7")
        }
        XCTAssertEqual(transport.requests.map { $0.request.headers[.idempotencyKey] }, ["report-7", "report-7"])
    }

    // MARK: Everything at once

    /// Each seed is another order of events, and the same at every run. A failure names its seed.
    func testManyCallersAtOnceAllGetTheirForecast() throws {
        try Simulation.explore(Simulation.seeds(50)) { simulation in
            let transport = MockTransport()
            transport.onEachCall(.any, .status(503), try .json(paris).after(simulation.random(upTo: .seconds(2))))
            let service = try makeService(transport, runtime: simulation.runtime) {
                // Ten callers whose first attempts all fail would open it.
                $0.circuitBreaker = nil
            }
            try await withThrowingTaskGroup(of: WeatherService.Forecast.self) { group in
                for _ in 0..<10 { group.addTask { try await service.forecast(for: "Paris") } }
                for try await forecast in group { XCTAssertEqual(forecast, paris) }
            }
            XCTAssertEqual(transport.requestCount, 20)
        }
    }

    // MARK: Over the real network stack

    /// A server on this machine that misbehaves as told, for the few tests that should go through the real transport.
    func testAConnectionThatBreaksIsReplaced() async throws {
        try await FaultServer.withServer { server in
            let body = try JSONEncoder().encode(paris)
            server.script("/forecast", [.resetBeforeHead(), .response(200, body: body)])
            let configuration = Configuration(baseURL: server.url).with {
                $0.retry = .retries(1, backoff: .none)
            }
            let forecast = try await withResilientClient(configuration) { client in
                try await WeatherService(client: client).forecast(for: "Paris")
            }
            XCTAssertEqual(forecast, paris)
            XCTAssertEqual(server.completeRequests(path: "/forecast"), 2)
        }
    }
}

// MARK: - What the tests share

private let paris = WeatherService.Forecast(city: "Paris", celsius: 21.5)

private func makeService(
    _ transport: MockTransport,
    runtime: ClientRuntime = .system,
    _ change: (inout Configuration) -> Void = { _ in }
) throws -> WeatherService {
    let configuration = Configuration(baseURL: URL(string: "https://weather.example/v1")).with(change)
    let dependencies = Dependencies(transport: transport, runtime: runtime)
    return WeatherService(client: try ResilientClient(configuration, dependencies: dependencies))
}
