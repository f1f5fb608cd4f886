import ResilientHTTPTesting
import SocketSupport

@testable import ResilientHTTP

extension SocketHarness {
    /// Over a URLSessionTransport, whatever the environment names: for what is that transport's own.
    static func urlSession(
        pool: PoolConfiguration = PoolConfiguration(),
        server: FaultServer.Configuration = .init(),
        _ body: (SocketHarness) async throws -> Void
    ) async throws {
        try await run(over: URLSessionTransport(pool: pool), server: server, body)
    }

    /// Nil when it is another transport.
    var urlSession: URLSessionTransport? { transport as? URLSessionTransport }

    /// Starts a request as a task of its own.
    func start(
        _ method: ClientRequest.Method = .get,
        _ path: String = "/",
        options: RequestOptions = RequestOptions()
    ) -> Task<ClientResponse, any Error> {
        Task { try await send(method, path, options: options) }
    }

    /// A context for calling the transport without a client.
    func context(limit: Int = .max) -> RequestContext {
        let call = CallRecord(requestID: RequestID(high: 0, low: 0), options: RequestOptions(), runtime: runtime)
        return RequestContext(call: call, body: .bytes(limit: limit))
    }

    /// Waits until nothing is held: no call, no task, no timer, and of a URLSessionTransport no place and no exchange.
    func untilIdle() async throws {
        try await until {
            client.callsInFlight == 0 && runtime.liveTasks == 0 && runtime.liveTimers == 0
                && (urlSession?.placesTaken ?? 0) == 0 && (urlSession?.exchangesUnderWay ?? 0) == 0
        }
    }
}
