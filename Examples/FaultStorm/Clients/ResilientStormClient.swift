import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// The client under test.
///
/// Retry and redirects are off, so that a call is a request and the server's counts are the plan's; validation,
/// security policy, admission, circuit breaker, deadline and cancellation are on. No slot is spare: one that is not given
/// back is missed. The breaker counts and never opens.
struct ResilientStormClient: StormClient {
    private let client: ResilientClient

    init(_ transport: StormTransport, inFlight: Int) throws {
        var configuration = Configuration.recommended
        configuration.retry = nil
        configuration.redirects = nil
        configuration.admission = AdmissionConfiguration(maxConcurrentRequests: inFlight)
        configuration.circuitBreaker?.failureThreshold = 1_000_000
        configuration.timeouts.attempt = StormLimits.timeout
        configuration.responseLimit = StormLimits.responseBytes
        // Twice as many, so that nobody waits for a place whose request is being cancelled.
        configuration.pool.maxConnections = 2 * inFlight
        configuration.pool.maxPerHost = 2 * inFlight
        client = try ResilientClient(
            configuration,
            dependencies: Dependencies(transport: try transport.make(configuration.pool))
        )
    }

    func result(of call: PlannedCall) async -> CallResult {
        let request = ClientRequest(
            method: call.upload == nil ? .get : .post,
            url: call.url,
            body: call.upload.map { .bytes($0) } ?? .empty
        )
        do {
            if let reading = call.reading { return try await stream(request, reading) }
            let response = try await client.send(request)
            return .answered(FaultServer.CatalogueAnswer(status: response.status.code, body: response.data))
        } catch is CancellationError {
            return .cancelled
        } catch let error as ResilientError {
            return .failed(code: error.code.rawValue, text: error.message)
        } catch {
            return .untyped("\(error)")
        }
    }

    /// Reads piece by piece. Leaving the loop is all that a caller does who has lost interest.
    private func stream(_ request: ClientRequest, _ reading: StreamReading) async throws -> CallResult {
        let stream = try await client.stream(request, options: Self.streamOptions)
        if reading.dropAfter == 0 { return .dropped }
        var body = Data()
        var pieces = 0
        for try await piece in stream {
            pieces += 1
            body.append(piece)
            if reading.dropAfter == pieces { return .dropped }
            if let pause = reading.pause(after: pieces) { try await Task.sleep(for: pause) }
        }
        return .answered(FaultServer.CatalogueAnswer(status: stream.status.code, body: body))
    }

    /// The attempt's timeout ends with the head.
    private static var streamOptions: RequestOptions {
        RequestOptions(totalTimeout: StormLimits.timeout, idleTimeout: StormLimits.idleTimeout)
    }

    var held: [String] {
        var held: [String] = []
        func note(_ count: Int, _ what: String) { if count != 0 { held.append("\(count) \(what)") } }
        note(client.callsInFlight, "calls")
        note(client.queue?.stats.inFlight ?? 0, "slots")
        note(client.queue?.stats.waiting ?? 0, "places in the queue")
        note(client.circuitBreakerStatus().values.reduce(0) { $0 + $1.inFlight }, "permits")
        return held
    }

    func end() async {
        await client.shutdown(grace: .seconds(1))
    }
}
