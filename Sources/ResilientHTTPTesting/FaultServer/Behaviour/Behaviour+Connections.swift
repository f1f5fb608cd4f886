public import Foundation

extension FaultServer.Behaviour {
    /// RST before any byte of an answer.
    ///
    /// URLSession on Linux: -1005 (connection lost).
    ///
    /// - Parameter readingBody: whether the request's whole body is read first; otherwise RST comes as soon as the
    ///   head has arrived. For RST before the head see `ConnectionFault`.
    public static func resetBeforeHead(readingBody: Bool = true) -> Self {
        Self("reset_before_head") { _ in [.reset] }
            .changed(readingBody ? "reset_before_head" : "reset_before_body") { $0.startsAtHead = !readingBody }
    }

    /// A whole head that promises a body, then RST.
    ///
    /// URLSession on Linux: -1005 (connection lost).
    ///
    /// - Parameters:
    ///   - contentLength: how many bytes the head promises.
    ///   - pause: how long after the head. On Linux the peer can read what came before an RST even when both have
    ///     arrived; other systems may discard it.
    public static func resetAfterHead(contentLength: Int = 1_000, pause: Duration = .zero) -> Self {
        Self("reset_after_head") { exchange in
            [
                .send(exchange.head(200, [], contentLength: contentLength)),
                .pause(pause.clampedNanoseconds),
                .reset,
            ]
        }
    }

    /// A head, `sent` of `contentLength` bytes, then RST.
    ///
    /// URLSession on Linux: -1005 (connection lost).
    public static func resetInBody(contentLength: Int = 1_000, sent: Int = 500, pause: Duration = .zero) -> Self {
        Self("reset_in_body") { exchange in
            [
                .send(exchange.head(200, [], contentLength: contentLength)),
                .send([UInt8](repeating: UInt8(ascii: "x"), count: exchange.hasBody(200) ? max(sent, 0) : 0)),
                .pause(pause.clampedNanoseconds),
                .reset,
            ]
        }
    }

    /// Reads the request, then FIN without a byte.
    ///
    /// URLSession on Linux: -1011 ("got nothing").
    public static let closeWithoutAnswer = Self("close_without_answer") { _ in [.close] }

    /// Never answers. The connection stays until the peer or `stop()` closes it; the body is read and recorded.
    public static let hang = Self("hang") { _ in [.hang] }
        .changed("hang") { $0.startsAtHead = true }

    /// Answers 200 as if the connection stayed open, then FIN. The next request on it meets RST.
    ///
    /// URLSession on Linux keeps such a connection (in CLOSE_WAIT) until its next request.
    public static func closedAfterAnswer(_ body: String = "ok") -> Self {
        ok(body).closingSilently.named("closed_after_answer")
    }

    /// Answers 200 and keeps the connection, then, when the first bytes of the next request come, ends it without an
    /// answer: the stale connection of keep-alive. That next request is not parsed, recorded or counted as an attempt.
    ///
    /// URLSession on Linux silently repeats a GET, and a POST with an empty body, on a new connection; for a POST with
    /// a body it asks its delegate for a new body stream and times out when there is none.
    ///
    /// - Parameters:
    ///   - body: the first answer's body.
    ///   - reset: RST instead of FIN.
    public static func staleAfterAnswer(_ body: String = "ok", reset: Bool = false) -> Self {
        ok(body).wrapped("stale_after_answer") { exchange, steps in
            // A client that asked for a close sends no next request.
            steps(exchange) + (exchange.closes ? [] : [.endOnNextBytes(reset: reset)])
        }
    }

    /// A part of a response head, then FIN. Ends the process of a URLSession on Linux when the status line is whole and no
    /// Content-Length has come; within the status line it gets -1011, after a Content-Length -1.
    public static func partialHead(_ bytes: String = "HTTP/1.1 200 OK\r\nContent-Le") -> Self {
        Self("partial_head") { _ in [.send(bytes), .close] }
            .changed("partial_head") { $0.isSurvivableByURLSession = false }
    }

    /// These bytes instead of an answer, sent as soon as the whole request has arrived.
    ///
    /// - Parameters:
    ///   - bytes: what is sent, whatever it is.
    ///   - thenClose: FIN afterwards; otherwise the next request is awaited.
    ///   - isSurvivableByURLSession: to be set to `false` for trailers and for a head that is not whole.
    public static func raw(
        _ bytes: Data,
        thenClose: Bool = true,
        isSurvivableByURLSession: Bool = true
    ) -> Self {
        let bytes = Array(bytes)
        return Self("raw") { _ in [.send(bytes)] + (thenClose ? [.close] : []) }
            .changed("raw") { $0.isSurvivableByURLSession = isSurvivableByURLSession }
    }
}
