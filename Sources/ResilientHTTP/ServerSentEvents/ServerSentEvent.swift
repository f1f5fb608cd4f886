/// One event of a stream of server-sent events (WHATWG HTML §9.2).
public struct ServerSentEvent: Sendable, Hashable {
    /// The event's name, from its `event` field. Default: `message`.
    public var type: String
    /// The values of its `data` fields, joined by line feeds.
    public var data: String
    /// The last event id as of this event: its own, else that of an event before it; empty when there was none.
    public var id: String
    /// How long the server wants clients to wait before they reconnect, when this event's block said so.
    public var retry: Duration?

    /// Makes an event.
    public init(type: String = "message", data: String, id: String = "", retry: Duration? = nil) {
        self.type = type
        self.data = data
        self.id = id
        self.retry = retry
    }
}
