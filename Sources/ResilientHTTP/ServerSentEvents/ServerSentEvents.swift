/// The events of a stream of server-sent events, as they arrive.
///
/// ```swift
/// for try await event in events {
///     print(event.type, event.data)
/// }
/// ```
///
/// Connects when the first event is asked for, and works only while one is: whoever stops reading stops the stream,
/// and dropping the iterator frees the connection. Each iterator has a connection of its own.
///
/// Without ``EventReconnection`` the end of the connection is the end of the events, and a cut is an error. With it
/// the events go on over any number of connections. An event that was incomplete at a cut is never delivered.
///
/// Iterating throws
/// - `status` for an answer that is not 200, with its first bytes, which are waited for, and its `Retry-After`,
/// - `protocolError` for an answer whose content type is not `text/event-stream`,
/// - `responseTooLarge` for an event above the limit, after all events before it,
/// - the error of the call or of the cut, and `CancellationError` when the task is cancelled.
public struct ServerSentEvents: AsyncSequence, Sendable {
    /// What the sequence is of.
    public typealias Element = ServerSentEvent
    /// Everything may be thrown.
    public typealias Failure = any Error

    let source: EventSource
    let reconnection: EventReconnection?
    let maximumEventSize: Int
    let lastEventID: String

    /// Throws a configuration error that lists every problem of the reconnection.
    package init(
        _ source: EventSource,
        reconnection: EventReconnection? = nil,
        maximumEventSize: Int = ServerSentEventDecoder.defaultMaximumEventSize,
        lastEventID: String = ""
    ) throws {
        try reconnection?.validate()
        self.source = source
        self.reconnection = reconnection
        self.maximumEventSize = maximumEventSize
        self.lastEventID = lastEventID
    }

    /// Makes an iterator, which connects when its first event is asked for.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(self)
    }
}
