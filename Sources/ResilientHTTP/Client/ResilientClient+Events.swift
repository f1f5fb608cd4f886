public import Foundation

/// Server-sent events.
extension ResilientClient {
    /// The events of a stream of server-sent events.
    ///
    /// ```swift
    /// for try await event in try client.events("/v1/feed", reconnection: EventReconnection()) {
    ///     print(event.type, event.data)
    /// }
    /// ```
    ///
    /// Nothing is sent until the first event is asked for. Each connection is a call of its own on the whole pipeline:
    /// retried up to its head, bounded by the idle timeout between two chunks and by a total timeout, if there is one.
    /// What iterating throws is said at ``ServerSentEvents``.
    ///
    /// - Parameters:
    ///   - request: any method; a body must be replayable for reconnections. `Accept` and `Cache-Control` are set
    ///     unless it sets them.
    ///   - reconnection: how the events go on after a connection has ended. Default: nil, the end of the connection
    ///     is the end of the events, and a cut is an error.
    ///   - maximumEventSize: the most bytes of one event. Default: 16 MiB.
    ///   - lastEventID: the id to go on from. Default: none.
    ///   - options: what each connection wants otherwise than the client.
    ///
    /// Throws a configuration error that lists every problem of `reconnection`.
    public func events(
        _ request: ClientRequest,
        reconnection: EventReconnection? = nil,
        maximumEventSize: Int = ServerSentEventDecoder.defaultMaximumEventSize,
        lastEventID: String = "",
        options: RequestOptions = RequestOptions()
    ) throws -> ServerSentEvents {
        let source = EventSource(runtime: runtime, wait: { try await self.wait(for: $0, options) }) { lastEventID in
            try await self.open(request.acceptingEvents(lastEventID: lastEventID), options: options)
        }
        return try ServerSentEvents(
            source,
            reconnection: reconnection,
            maximumEventSize: maximumEventSize,
            lastEventID: lastEventID
        )
    }

    /// The events of an endpoint; see ``events(_:reconnection:maximumEventSize:lastEventID:options:)``.
    ///
    /// Throws `invalidRequest` for an endpoint that is no part of a URL, `originRefused` for one that names another
    /// origin, and a configuration error that lists every problem of `reconnection`.
    public func events(
        _ endpoint: String,
        method: ClientRequest.Method = .get,
        body: RequestBody = .empty,
        query: [URLQueryItem] = [],
        headers: HeaderFields = HeaderFields(),
        reconnection: EventReconnection? = nil,
        options: RequestOptions = RequestOptions()
    ) throws -> ServerSentEvents {
        try events(
            request(method, to: endpoint, query: query, headers: headers, body: body),
            reconnection: reconnection,
            options: options
        )
    }

    /// A wait between two connections: it ends with its task and with the client.
    private func wait(for duration: Duration, _ options: RequestOptions) async throws {
        let call = try begin(nil, options, body: .bytes(limit: 0))
        defer { calls.end(call) }
        try await RequestContext(call: call).sleep(for: duration)
    }
}

extension ResponseStream {
    /// The events of this stream, which is read once: without reconnection. They hold the stream, so its connection is
    /// free at the end of the body, or when the events and every other copy of the stream have been let go.
    public func events(
        maximumEventSize: Int = ServerSentEventDecoder.defaultMaximumEventSize
    ) throws -> ServerSentEvents {
        let response = response
        return try ServerSentEvents(
            EventSource(runtime: response.call?.runtime ?? .system) { _ in response },
            maximumEventSize: maximumEventSize
        )
    }
}
