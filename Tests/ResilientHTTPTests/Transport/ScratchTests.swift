import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

struct ScratchTests {
    @Test func look() async throws {
        let all: [(String, FaultServer.Behaviour)] = [
            ("ok", .ok), ("trunc", .truncatedBody()), ("trunc0", .truncatedBody(sent: 0)), ("truncChunks", .truncatedChunks()), ("gzip", .gzip(Data("hello gzip".utf8))),
            ("truncGzip", .truncatedGzip(Data("hello gzip".utf8))), ("reset", .resetBeforeHead()), ("resetBody", .resetBeforeHead(readingBody: false)),
            ("resetAfterHead", .resetAfterHead()), ("resetInBody", .resetInBody()), ("close", .closeWithoutAnswer),
            ("cl", .tooSmallContentLength()), ("neg", .negativeContentLength), ("conf", .conflictingContentLengths), ("badchunk", .badChunkSize()),
            ("interim", .interim(then: .ok)), ("huge", .hugeHeaders(bytes: 400_000)), ("big", .hugeHeaders(bytes: 60_000)),
            ("NoColon", .headerLine(Data("NoColon".utf8))), ("Name:value", .headerLine(Data("Name:value".utf8))), ("folded", .headerLine(Data(" folded".utf8))),
            ("nonutf8", .headerLine(Data([0x58, 0x3a, 0x20, 0xff, 0xfe]))), ("spaces", .headerLine(Data("X-Empty:    ".utf8))), ("empty", .headerLine(Data("X-Empty:".utf8))),
            ("http09", .withoutHead()), ("redirect", .redirect(302, to: .path("/ok"))), ("redirectOther", .redirect(307, to: .otherPort("/ok"))),
            ("itself", .redirectToItself()), ("badLocation", .redirect(302, to: .raw(Data([0xff])))), ("302nolocation", .status(302)),
            ("302body", .response(302, headers: ["Location": "/ok"], body: Data("redirect body".utf8))), ("302body-no-location", .response(302, body: Data("redirect body".utf8))),
            ("401", .response(401, headers: ["WWW-Authenticate": "Basic realm=\"x\""], body: Data("denied".utf8))), ("401bearer", .response(401, headers: ["WWW-Authenticate": "Bearer"], body: Data("denied".utf8))),
            ("401digest", .response(401, headers: ["WWW-Authenticate": "Digest realm=\"x\", nonce=\"y\""], body: Data("denied".utf8))),
            ("204", .status(204)), ("304", .status(304)), ("early", .early(.ok)), ("earlyClose", .early(.ok, then: .closes)), ("earlyReset", .early(.ok, then: .resets)),
            ("rawstatus", .raw(Data("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok".utf8))), ("http2status", .raw(Data("HTTP/3.7 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8))), ("999", .raw(Data("HTTP/1.1 999 OK\r\nContent-Length: 2\r\n\r\nok".utf8))), ("lfonly", .raw(Data("HTTP/1.1 200 OK\nContent-Length: 2\n\nok".utf8))),
            ("badgzip", .response(200, headers: ["Content-Encoding": "gzip"], body: Data("not gzip".utf8))), ("unknownenc", .response(200, headers: ["Content-Encoding": "wat"], body: Data("not gzip".utf8))),
            ("closedafter", .closedAfterAnswer()), ("ok2", .ok), ("stale", .staleAfterAnswer()), ("ok3", .ok), ("bytesafter", .bytesAfterBody()), ("ok4", .ok),
        ]
        try await TransportHarness.run { h in
            for (name, behaviour) in all {
                for method in [ClientRequest.Method.get, .post, .head] {
                    let path = "/\(name)"
                    h.server.script(path, [behaviour])
                    let before = h.server.counters.accepted
                    do {
                        let r = try await h.send(method, path, body: method == .post ? .text("hello") : .empty, options: .init(attemptTimeout: .seconds(3)))
                        print("LOOK", name, method, r.status, r.text.debugDescription.prefix(40), r.headers.count < 8 ? r.headers.map { "\($0.name): \($0.value)" }.joined(separator: " | ") : "\(r.headers.count) fields", "+\(h.server.counters.accepted - before)")
                    } catch let e as ResilientError {
                        print("LOOK", name, method, "ERROR", e.code, e.reachedServer.map(\.rawValue) ?? "-", "|", e.message, "|", (e.cause as? URLError)?.code.rawValue ?? 0, "+\(h.server.counters.accepted - before)", h.server.completeRequests(path: path))
                    }
                }
            }
        }
    }
}
