import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// What a behaviour of the server must come out as: an answer, or one typed error.
struct SurvivableBehaviour: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        case answer(Int, String)
        case error(ResilientError.Code, ResilientError.ReachedServer)
    }

    let name: String
    let behaviour: FaultServer.Behaviour
    let outcome: Outcome

    var testDescription: String { name }

    static let all: [SurvivableBehaviour] = answers + breaks + protocolErrors

    private static let answers: [SurvivableBehaviour] = [
        .init("ok", .ok, .answer(200, "ok")),
        .init("closing", .ok.closing, .answer(200, "ok")),
        .init("closing silently", .ok.closingSilently, .answer(200, "ok")),
        .init("closed after answer", .closedAfterAnswer(), .answer(200, "ok")),
        .init("stale after answer", .staleAfterAnswer(), .answer(200, "ok")),
        .init("no content", .status(204), .answer(204, "")),
        .init("too many", .tooManyRequests(retryAfterSeconds: 1), .answer(429, "")),
        .init("unavailable", .unavailable(retryAfterDate: .seconds(1)), .answer(503, "")),
        .init("delayed", .ok.delayed(.milliseconds(5)), .answer(200, "ok")),
        .init("drip", .drip(Data("slowly".utf8), every: .milliseconds(1)), .answer(200, "slowly")),
        .init("head drip", .headDrip(piece: 5, every: .milliseconds(1)), .answer(200, "ok")),
        .init("stream", .stream([.text("a"), .pause(.milliseconds(1)), .text("b")]), .answer(200, "ab")),
        .init("events", .serverSentEvents([.event("x")]), .answer(200, "data: x\n\n")),
        .init("gzip", .gzip(Data("unpacked".utf8)), .answer(200, "unpacked")),
        // Undetectable through URLSession, and documented: a part of the body as a success.
        .init("truncated gzip", .truncatedGzip(Data("hello gzip".utf8)), .answer(200, "hello ")),
        .init("redirect", .redirect(to: .path("/x")), .answer(302, "")),
        .init("redirect elsewhere", .redirect(307, to: .otherPort("/x")), .answer(307, "")),
        .init("redirect to itself", .redirectToItself(), .answer(302, "")),
        .init("interim", .interim(then: .ok), .answer(200, "ok")),
        .init("early", .early(.ok), .answer(200, "ok")),
        .init("slow read", .slowRead(bytes: 2, every: .milliseconds(1)), .answer(200, "ok")),
        .init("large head", .hugeHeaders(bytes: 100_000), .answer(200, "ok")),
        .init("too small length", .tooSmallContentLength(), .answer(200, "body")),
        .init("bytes after body", .bytesAfterBody(), .answer(200, "ok")),
    ]

    private static let breaks: [SurvivableBehaviour] = [
        .init("reset before head", .resetBeforeHead(), .error(.connectionLost, .maybe)),
        .init("reset before body", .resetBeforeHead(readingBody: false), .error(.connectionLost, .maybe)),
        .init("reset after head", .resetAfterHead(), .error(.connectionLost, .yes)),
        .init("reset in body", .resetInBody(), .error(.connectionLost, .yes)),
        .init("close", .closeWithoutAnswer, .error(.connectionLost, .maybe)),
        .init("truncated body", .truncatedBody(), .error(.connectionLost, .yes)),
        .init("truncated chunks", .truncatedChunks(), .error(.connectionLost, .yes)),
        .init("reset stream", .stream([.text("a")], ending: .reset), .error(.connectionLost, .yes)),
    ]

    private static let protocolErrors: [SurvivableBehaviour] = [
        .init("negative length", .negativeContentLength, .error(.protocolError, .yes)),
        .init("conflicting lengths", .conflictingContentLengths, .error(.protocolError, .yes)),
        .init("bad chunk", .badChunkSize(), .error(.protocolError, .yes)),
        .init("huge head", .hugeHeaders(bytes: 400_000), .error(.protocolError, .yes)),
        .init("no colon", .headerLine(Data("NoColon".utf8)), .error(.protocolError, .yes)),
        .init("no space", .headerLine(Data("Name:value".utf8)), .error(.protocolError, .yes)),
        .init("folded", .headerLine(Data(" folded".utf8)), .error(.protocolError, .yes)),
        .init("not UTF-8", .headerLine(Data([0x58, 0x3A, 0x20, 0xFF])), .error(.protocolError, .yes)),
        .init("no head", .withoutHead(), .error(.protocolError, .maybe)),
        .init("bad location", .redirect(to: .raw(Data([0xFF]))), .error(.protocolError, .yes)),
        .init("no reason", .raw(Data("HTTP/1.1 200\r\n\r\n".utf8)), .error(.protocolError, .yes)),
        .init(
            "bad gzip",
            .response(200, headers: ["Content-Encoding": "gzip"], body: Data("plain".utf8)),
            .error(.protocolError, .yes)
        ),
        .init(
            "unknown encoding",
            .response(200, headers: ["Content-Encoding": "wat"], body: Data("plain".utf8)),
            .error(.protocolError, .yes)
        ),
    ]

    private init(_ name: String, _ behaviour: FaultServer.Behaviour, _ outcome: Outcome) {
        self.name = name
        self.behaviour = behaviour
        self.outcome = outcome
    }
}
