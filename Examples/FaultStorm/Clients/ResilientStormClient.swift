import ResilientHTTP
import ResilientHTTPTesting

/// The client under test.
///
/// Retry, redirects and the circuit breaker are off, so that a call is a request and the server's counts are the plan's;
/// validation, security policy, deadline and cancellation are on.
struct ResilientStormClient: StormClient {
    private let client: ResilientClient

    init(_ transport: StormTransport, inFlight: Int) throws {
        var configuration = Configuration.recommended
        configuration.retry = nil
        configuration.redirects = nil
        configuration.circuitBreaker = nil
        configuration.timeouts.attempt = StormLimits.timeout
        configuration.responseLimit = StormLimits.responseBytes
        // Twice as many, so that nobody waits for a place whose request is being cancelled.
        configuration.pool.maxConnections = 2 * inFlight
        configuration.pool.maxPerHost = 2 * inFlight
        client = try ResilientClient(
            configuration,
            dependencies: Dependencies(transport: transport.make(configuration.pool))
        )
    }

    func result(of call: PlannedCall) async -> CallResult {
        do {
            let response = try await client.send(
                ClientRequest(
                    method: call.upload == nil ? .get : .post,
                    url: call.url,
                    body: call.upload.map { .bytes($0) } ?? .empty
                )
            )
            return .answered(FaultServer.CatalogueAnswer(status: response.status.code, body: response.data))
        } catch is CancellationError {
            return .cancelled
        } catch let error as ResilientError {
            return .failed(code: error.code.rawValue, text: error.message)
        } catch {
            return .untyped("\(error)")
        }
    }

    func end() async {
        await client.shutdown(grace: .seconds(1))
    }
}
