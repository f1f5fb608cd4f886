import Foundation

extension FaultServer.Behaviour {
    /// A part of a response head, then nothing more until the peer closes.
    ///
    /// URLSession on Linux waits for its timer, which knows whole seconds only.
    public static func stallInHead(_ bytes: String = "HTTP/1.1 200 OK\r\nContent-Le") -> Self {
        Self("stall_in_head") { _ in [.send(bytes), .hang] }
    }

    /// A head, `sent` of `contentLength` bytes, then nothing more until the peer closes.
    ///
    /// URLSession on Linux waits for its timer, which knows whole seconds only.
    public static func stallInBody(contentLength: Int = 1_000, sent: Int = 500) -> Self {
        Self("stall_in_body") { exchange in
            let body = [UInt8](repeating: UInt8(ascii: "x"), count: exchange.hasBody(200) ? max(sent, 0) : 0)
            return [.send(exchange.head(200, [], contentLength: contentLength) + body), .hang]
        }
    }

    /// Chunks without the last one, then nothing more until the peer closes.
    ///
    /// URLSession on Linux waits for its timer, which knows whole seconds only.
    public static func stallBetweenChunks(_ chunks: [String] = ["partial"]) -> Self {
        stream(chunks.map { .text($0) }, contentType: "text/plain", ending: .hang).named("stall_between_chunks")
    }

    /// Answers 200 and keeps the connection, but never answers on it again: what a firewall that forgot the connection
    /// looks like. The next request on it is neither parsed, recorded nor counted.
    ///
    /// URLSession on Linux sends its next request on such a connection and waits for its timer.
    public static func deafAfterAnswer(_ body: String = "ok") -> Self {
        ok(body).wrapped("deaf_after_answer") { exchange, steps in
            // A client that asked for a close sends no next request.
            steps(exchange) + (exchange.closes ? [] : [.hang])
        }
    }

    /// Takes the request's head and what came with it, and never reads another byte of the body nor answers.
    ///
    /// The kernel goes on buffering, see `Configuration.receiveBufferBytes`; the connection stays until RST or `stop()`.
    /// URLSession on Linux waits for its timer.
    public static let neverReadsUpload = Self("never_reads_upload") { _ in [.hang] }
        .changed("never_reads_upload") {
            $0.startsAtHead = true
            $0.readPace = ReadPace(bytes: 1, interval: Duration.seconds(Int64.max).clampedNanoseconds)
        }
}
