#if os(Linux)
/// What a frame server does next on a connection.
enum Move: Sendable {
    case send(Frame)
    /// Whatever they mean.
    case bytes([UInt8])
    /// A body of so many bytes, as fast as the client's windows let it, and the end of the stream.
    case body(stream: UInt32, bytes: Int)
    /// A GOAWAY that takes everything that has come, and nothing more.
    case leave
    /// Goes on later, and reads nothing in between.
    case pause(milliseconds: UInt64)
    /// Ends the connection when all is sent.
    case close
    /// Breaks the connection when all is sent.
    case reset

    /// An answer with a short body.
    static func answer(_ stream: UInt32, _ text: String = "ok", status: Int = 200) -> [Move] {
        [.send(.headers(stream, status: status)), .send(.data(stream, text))]
    }
}

/// A request that has begun to arrive, or has arrived.
struct Arrival: Sendable {
    let path: String
    /// The value of the field `x-request-key`.
    let key: String
    let stream: UInt32
    /// The connection's number, from 0 on.
    let connection: Int
    /// How many requests with the same path and key came before, on whatever connection.
    let repeats: Int
    /// Whether it is complete.
    let isComplete: Bool
}

/// What a server does about a request; it is asked when the head is there, and again when all is there.
typealias FrameScript = @Sendable (Arrival) -> [Move]

/// A request as the server has seen it.
struct Delivery: Sendable {
    let method: String
    let path: String
    let key: String
    let connection: Int
    let stream: UInt32
    var bodyBytes = 0
    var isComplete = false
    /// Whether the protocol says that it was not processed (RFC 9113 §8.7).
    var isRefused = false
    /// The code of the client's RST_STREAM.
    var cancelled: UInt32?
}
#endif
