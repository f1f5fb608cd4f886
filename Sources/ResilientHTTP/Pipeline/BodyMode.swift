/// How a call wants the response's body.
public enum BodyMode: Sendable, Hashable {
    /// Whole, in memory, at most so many bytes after decompression.
    case bytes(limit: Int)
    /// As it arrives, at most so many bytes after decompression: a transport that can returns with the head.
    ///
    /// Then the attempt's deadline ends with the head, and the client bounds the rest. `buffer` is the most bytes that
    /// may wait for the reader; nil leaves it to the transport.
    case stream(limit: Int, buffer: Int?)

    /// The most bytes of the body, after decompression.
    var limit: Int {
        switch self {
        case .bytes(let limit), .stream(let limit, _): limit
        }
    }

    /// The most bytes that may wait for the reader; nil where the transport may say.
    var buffer: Int? {
        if case .stream(_, let buffer) = self { buffer } else { nil }
    }

    /// Whether the body is wanted as it arrives.
    public var isStream: Bool {
        if case .stream = self { true } else { false }
    }
}
