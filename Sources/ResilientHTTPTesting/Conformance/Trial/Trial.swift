import Foundation
import ResilientHTTP

/// One check under way: its transport, its part of the server's paths, and the words that checks are written in.
struct Trial: Sendable {
    let server: any ConformanceServer
    let secure: SecureConformanceServers?
    let transport: any Transport
    /// Makes more transports; whoever uses it shuts them down.
    let make: @Sendable () -> any Transport
    /// What all paths of this check begin with.
    let prefix: String
    let slack: Duration
    /// How many descriptors the process has open; nil where that is not known.
    let descriptors: @Sendable () -> Int?
    let runtime = ClientRuntime()
}

// MARK: - Sending

extension Trial {
    func url(_ suffix: String = "") throws -> URL {
        let text = server.url.absoluteString + prefix + suffix
        guard let url = URL(string: text) else { throw Mismatch(expected: "a URL", seen: text) }
        return url
    }

    func request(
        _ method: ClientRequest.Method = .get,
        _ suffix: String = "",
        headers: HeaderFields = [:],
        body: RequestBody = .empty
    ) throws -> ClientRequest {
        ClientRequest(method: method, url: try url(suffix), headers: headers, body: body)
    }

    /// A context as the pipeline would make it.
    func context(
        limit: Int = .max,
        deadline: Duration? = nil,
        kind: Deadline.Kind = .attempt,
        wire: WireTimeouts = WireTimeouts()
    ) -> RequestContext {
        let id = RequestID(high: runtime.randomBits(), low: runtime.randomBits())
        let call = CallRecord(requestID: id, options: RequestOptions(), runtime: runtime)
        var context = RequestContext(call: call, body: .bytes(limit: limit))
        context.deadline = deadline.map { Deadline(runtime.now + $0, kind: kind, timeout: $0) }
        context.wireTimeouts = wire
        return context
    }

    /// Sends once over the bare transport and reads the body to its end, as the pipeline does.
    func exchange(
        _ request: ClientRequest,
        _ context: RequestContext,
        over other: (any Transport)? = nil
    ) async throws -> ClientResponse {
        guard case .bytes(let limit) = context.body else { return ClientResponse(status: 0) }
        do {
            var response = try await (other ?? transport).send(request, context: context)
            response.body = try await response.body.inMemory(limit: limit)
            return response
        } catch let error as URLError {
            // Transports may throw these as they are.
            throw TransportErrors.normalized(error, in: context.call)
        }
    }

    /// The answer to a request that must have one.
    func send(
        _ method: ClientRequest.Method = .get,
        _ suffix: String = "",
        headers: HeaderFields = [:],
        body: RequestBody = .empty
    ) async throws -> ClientResponse {
        do {
            return try await exchange(request(method, suffix, headers: headers, body: body), context())
        } catch {
            throw Mismatch(expected: "an answer to \(method) \(suffix)", seen: Mismatch.text(error))
        }
    }

    /// The answer to a GET whose body is wanted as it arrives.
    func open(_ suffix: String = "", buffer: Int? = nil) async throws -> ClientResponse {
        var context = context()
        context.body = .stream(limit: .max, buffer: buffer)
        return try await transport.send(request(.get, suffix), context: context)
    }

    /// How a request ends.
    func outcome(_ request: ClientRequest, _ context: RequestContext? = nil) async -> Result<ClientResponse, any Error>
    {
        do {
            return .success(try await exchange(request, context ?? self.context()))
        } catch {
            return .failure(error)
        }
    }

    /// Starts a request beside the check.
    func start(_ request: ClientRequest, _ context: RequestContext? = nil) -> Flight<ClientResponse> {
        let context = context ?? self.context()
        return Flight(runtime: runtime) { [self] in try await exchange(request, context) }
    }

    /// A client over the transport, for what the pipeline does in its place.
    func client() throws -> ResilientClient {
        var dependencies = Dependencies(transport: transport, runtime: runtime)
        dependencies.ownsTransport = false
        return try ResilientClient(.passthrough, dependencies: dependencies)
    }
}

// MARK: - The server

extension Trial {
    /// Lets the server answer "body" with a field after it.
    func playTrailers() async -> ConformanceScenario {
        var scenario = ConformanceScenario.inPieces([.bytes(Data("body".utf8))])
        scenario.headers = [.init(constant: "Trailer"): "X-Trailer"]
        scenario.trailers = [.init(constant: "X-Trailer"): "late"]
        await play(scenario)
        return scenario
    }

    func play(_ scenarios: ConformanceScenario..., at suffix: String = "") async {
        await server.play(scenarios, at: prefix + suffix)
    }

    /// What arrived at a path of this check.
    func received(_ suffix: String = "") async -> [ConformanceRequest] {
        await server.received(under: prefix).filter { $0.path == prefix + suffix }
    }

    /// The one request that must have arrived at a path of this check.
    func arrival(_ suffix: String = "") async throws -> ConformanceRequest {
        try Self.only(await received(suffix))
    }

    /// The one request of these.
    static func only(_ requests: [ConformanceRequest]) throws -> ConformanceRequest {
        guard let first = requests.first, requests.count == 1 else {
            throw Mismatch(expected: "one request at the server", seen: "\(requests.count)")
        }
        return first
    }

    /// Waits until something is so; gives up after the slack.
    func until(_ expected: String, _ condition: () async throws -> Bool) async throws {
        let end = runtime.now + slack
        while try await !condition() {
            guard runtime.now < end else {
                throw Mismatch(expected: expected, seen: "it is not so after \(slack.decimalSeconds) s")
            }
            try await pause(.milliseconds(5))
        }
    }

    func untilArrived(_ suffix: String = "", count: Int = 1) async throws {
        try await until("the request at the server") { await received(suffix).count >= count }
    }

    func untilExchangeEnded(_ suffix: String = "") async throws {
        try await until("the exchange to end at the server") {
            await server.openConnections(at: prefix + suffix) == 0
        }
    }

    func pause(_ duration: Duration) async throws {
        try await context().sleep(for: duration)
    }
}
