import Foundation
import ResilientHTTP

extension FaultServer.CatalogueEntry {
    /// Correct answers, good news and bad.
    static let answers: [Self] = [
        Self("ok", "200 with two bytes", .ok, expected: ok),
        Self(
            "random_body",
            "200 with 20,000 pseudo-random bytes and their digest",
            .random(bytes: 20_000, seed: 1),
            expected: Answer(status: 200, body: Data(SeededBytes.make(20_000, seed: 1)))
        ),
        Self("no_content", "204", .status(204), expected: Answer(status: 204)),
        Self("redirect", "302 to another path", .redirect(to: .path("/")), expected: Answer(status: 302)),
        Self(
            "redirect_bad_location",
            "302 to bytes that are not UTF-8",
            .redirect(to: .raw(Data([0x2f, 0xff]))),
            expected: Answer(status: 302),
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "basic_challenge",
            "401 that asks for a password",
            .status(401, headers: ["WWW-Authenticate": "Basic realm=\"storm\""]),
            expected: Answer(status: 401),
            onURLSession: .answers(Answer(status: 401), "bare URLSession never ends the task")
        ),
        Self(
            "too_many_requests",
            "429 with `Retry-After` in seconds",
            .tooManyRequests(retryAfterSeconds: 1),
            expected: Answer(status: 429)
        ),
        Self(
            "unavailable",
            "503 with `Retry-After` as a date",
            .unavailable(retryAfterDate: .seconds(1)),
            expected: Answer(status: 503)
        ),
        Self("http_1_0", "200 of HTTP/1.0, ended by FIN", .http10(), expected: ok),
    ]

    /// What happens to the connection after a good answer.
    static let keepAlive: [Self] = [
        Self("closing", "200 with `Connection: close`, then FIN", .ok.closing, expected: ok),
        Self(
            "closed_after_answer",
            "200, then FIN unannounced",
            .closedAfterAnswer(),
            expected: ok,
            onURLSession: .answers(ok, "keeps the dead connection until its next request")
        ),
        Self(
            "stale_after_answer",
            "200; the next request on the connection meets FIN",
            .staleAfterAnswer(),
            expected: ok,
            onURLSession: .answers(ok, "libcurl repeats the next GET by itself; a POST is `connection_lost`")
        ),
        Self(
            "stale_after_answer_reset",
            "200; the next request on the connection meets RST",
            .staleAfterAnswer(reset: true),
            expected: ok,
            onURLSession: .answers(ok, "libcurl repeats the next GET by itself; a POST is `connection_lost`")
        ),
        Self(
            "deaf_after_answer",
            "200; the next request on the connection is never answered",
            .deafAfterAnswer(),
            expected: ok,
            onURLSession: .answers(ok, "the next request on the connection is `attempt_timeout`")
        ),
        Self(
            "bytes_after_body",
            "200, then bytes that belong to nothing",
            .bytesAfterBody(),
            expected: ok,
            onURLSession: .answers(ok, "the next request on the connection may be `protocol_error`")
        ),
    ]

    /// Slow answers, and answers that stop.
    static let paces: [Self] = [
        Self("delayed", "200 after 5 ms", .ok.delayed(.milliseconds(5)), expected: ok),
        Self(
            "drip",
            "a body byte by byte, 1 ms apart",
            .drip(Data("slowly".utf8), every: .milliseconds(1)),
            expected: text("slowly")
        ),
        Self(
            "head_drip",
            "a head in pieces of 10 bytes, 1 ms apart",
            .headDrip(piece: 10, every: .milliseconds(1)),
            expected: ok
        ),
        Self(
            "stream",
            "chunks with a pause",
            .stream([.text("a"), .pause(.milliseconds(2)), .text("b")]),
            expected: text("ab")
        ),
        Self(
            "server_sent_events",
            "two events, one cut over two chunks",
            .serverSentEvents([.event("one", name: "n"), .text("data: tw"), .pause(.milliseconds(1)), .text("o\n\n")]),
            expected: text("event: n\ndata: one\n\ndata: two\n\n")
        ),
        Self(
            "server_sent_events_cut",
            "an event and a half, then FIN",
            .serverSentEvents([.event("one"), .text("data: tw")], ending: .cut),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
        Self(
            "server_sent_events_reset",
            "an event, then RST",
            .serverSentEvents([.event("one")], ending: .reset),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
        Self("hang", "no answer", .hang, expected: nil, onURLSession: .fails(.attemptTimeout)),
        Self(
            "stall_in_head",
            "a part of a head, then nothing",
            .stallInHead(),
            expected: nil,
            onURLSession: .fails(.attemptTimeout)
        ),
        Self(
            "stall_in_body",
            "half a body, then nothing",
            .stallInBody(),
            expected: nil,
            onURLSession: .fails(.attemptTimeout)
        ),
        Self(
            "stall_between_chunks",
            "a chunk, then nothing",
            .stallBetweenChunks(),
            expected: nil,
            onURLSession: .fails(.attemptTimeout)
        ),
    ]

    /// Connections that end before the answer does.
    static let breaks: [Self] = [
        Self(
            "reset_before_head",
            "RST instead of an answer",
            .resetBeforeHead(),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
        Self(
            "reset_in_head",
            "a part of a head, then RST",
            .resetInHead(),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
        Self(
            "reset_after_head",
            "a head, then RST",
            .resetAfterHead(),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
        Self(
            "reset_in_body",
            "half a body, then RST",
            .resetInBody(),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
        Self(
            "close_without_answer",
            "FIN instead of an answer",
            .closeWithoutAnswer,
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
        Self(
            "partial_status_line",
            "a part of a status line, then FIN",
            .partialHead("HTTP/1.1 2"),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
        Self(
            "partial_head",
            "a part of a head before any length, then FIN",
            .partialHead(),
            expected: nil,
            onURLSession: .endsProcess("no response where one is expected (swift-corelibs-foundation #5285)")
        ),
        Self(
            "head_without_end",
            "a head with a length but without its empty line, then FIN",
            .partialHead("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
        Self(
            "truncated_body",
            "fewer bytes than the length says, then FIN",
            .truncatedBody(),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
        Self(
            "truncated_chunks",
            "chunks without the last one, then FIN",
            .truncatedChunks(),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
    ]
}
