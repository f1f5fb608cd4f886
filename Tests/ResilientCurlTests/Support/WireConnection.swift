#if os(Linux)
/// A server's end of a connection, with calls that block its thread: plain or over TLS.
protocol WireConnection: Sendable {
    /// A request's head; nil when the connection ends before.
    func receiveHead() -> String?
    /// Waits until a text has come, and takes all up to its end. Nil when the connection ends before.
    func receive(through mark: String) -> String?
    func say(_ text: String)
    /// Says goodbye as the protocol has it, and ends.
    func end()
}
#endif
