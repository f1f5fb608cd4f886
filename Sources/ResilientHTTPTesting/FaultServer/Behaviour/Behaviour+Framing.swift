public import Foundation

extension FaultServer.Behaviour {
    /// 200 with these Content-Length lines, verbatim and each on its own, then the body, then FIN.
    public static func contentLengths(_ values: [String], body: Data = Data("body".utf8)) -> Self {
        let lines = values.map { Array("Content-Length: \($0)".utf8) }
        let body = Array(body)
        return Self("wrong_content_length") { exchange in
            [.send(exchange.head(200, lines: lines) + (exchange.hasBody(200) ? body : [])), .close]
        }
    }

    /// A Content-Length smaller than the body that follows, then FIN.
    ///
    /// URLSession on Linux: 200 with as many bytes as the Content-Length says.
    public static func tooSmallContentLength(body: Data = Data("body and more".utf8), missing: Int = 9) -> Self {
        contentLengths(["\(max(body.count - missing, 0))"], body: body).named("too_small_content_length")
    }

    /// `Content-Length: -1`, then a body and FIN.
    ///
    /// URLSession on Linux: -1 ("Invalid Content-Length: value").
    public static let negativeContentLength = contentLengths(["-1"]).named("negative_content_length")

    /// Two different Content-Length lines (4, then 2), then a body of 4 bytes and FIN.
    ///
    /// URLSession on Linux believes the last: 200 with 2 bytes.
    public static let conflictingContentLengths = contentLengths(["4", "2"]).named("conflicting_content_lengths")

    /// `Content-Length: 99999999999999999999`, more than 64 bits hold, then a body and FIN.
    ///
    /// URLSession on Linux takes everything up to FIN for the body: 200.
    public static let overflowingContentLength = contentLengths(["99999999999999999999"])
        .named("overflowing_content_length")

    /// A Content-Length together with the chunked coding, which overrides it (RFC 9112, section 6.3), then FIN.
    ///
    /// URLSession on Linux: 200 with the chunks' contents.
    public static func lengthAndChunks(_ body: String = "body", contentLength: Int = 2) -> Self {
        Self("content_length_with_chunks") { exchange in
            let fields = [("Content-Length", "\(contentLength)"), ("Transfer-Encoding", "chunked")]
            let head = FaultServer.Step.send(exchange.head(200, fields))
            guard exchange.hasBody(200) else { return [head, .close] }
            return [head, .send(ResponseText.chunk(body.utf8)), .send(ResponseText.lastChunk), .close]
        }
    }

    /// A body without any length, ended by FIN, or by RST, which makes its end doubtful.
    ///
    /// URLSession on Linux: 200 with the body; -1005 (connection lost) after RST.
    public static func untilClose(_ body: String = "until the end", reset: Bool = false) -> Self {
        Self(reset ? "until_reset" : "until_close") { exchange in
            let head = exchange.head(200, [("Content-Type", "text/plain")])
            return [.send(head + (exchange.hasBody(200) ? Array(body.utf8) : [])), reset ? .reset : .close]
        }
    }

    /// A head that announces chunks, then these bytes verbatim, then FIN.
    ///
    /// URLSession on Linux: -1 with curl's text for a size that is negative, too large for 64 bits or no number, and
    /// for a chunk that is longer than its size. Extensions after a size are skipped.
    public static func rawChunks(_ bytes: Data) -> Self {
        let bytes = Array(bytes)
        return Self("raw_chunks") { exchange in
            let head = FaultServer.Step.send(exchange.head(200, [("Transfer-Encoding", "chunked")]))
            return exchange.hasBody(200) ? [head, .send(bytes), .close] : [head, .close]
        }
    }

    /// A correct answer followed by bytes that belong to nothing; the connection stays open.
    ///
    /// URLSession on Linux: 200 with the right body; the next request either gets a new connection or fails with -1002,
    /// as the surplus comes before or after it.
    public static func bytesAfterBody(_ body: String = "ok", extra: Data = Data("surplus".utf8)) -> Self {
        let extra = Array(extra)
        return ok(body).wrapped("bytes_after_body") { exchange, steps in steps(exchange) + [.send(extra)] }
    }

    /// One good chunk, then this text in the place of a chunk size, then FIN.
    ///
    /// URLSession on Linux: -1 with curl's text.
    public static func badChunkSize(_ size: String = "zz") -> Self {
        rawChunks(Data(ResponseText.chunk("good".utf8)) + Data("\(size)\r\nbad\r\n0\r\n\r\n".utf8))
            .named("bad_chunk_size")
    }

    /// A chunked 200 with trailer fields after the last chunk. Ends the process of a URLSession on Linux.
    public static func trailers(_ fields: KeyValuePairs<String, String>, body: String = "ok") -> Self {
        Self("trailers") { exchange in
            let names = fields.map(\.key).joined(separator: ", ")
            let head = exchange.head(200, [("Transfer-Encoding", "chunked"), ("Trailer", names)])
            guard exchange.hasBody(200) else { return [.send(head)] }
            let trailer = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
            return [.send(head + ResponseText.chunk(body.utf8) + Array("0\r\n\(trailer)\r\n".utf8))]
        }.changed("trailers") { $0.isSurvivableByURLSession = false }
    }

    /// Informational responses, each with its header lines, before the answer.
    ///
    /// URLSession on Linux delivers 100 and 103 as responses of their own.
    public static func interim(
        _ statuses: [Int] = [100, 103],
        headers: KeyValuePairs<String, String> = [:],
        then answer: Self
    ) -> Self {
        let fields = headers.map { ($0.key, $0.value) }
        return answer.wrapped("interim_\(answer.name)") { exchange, steps in
            statuses.map { .send(ResponseText.head($0, fields)) } + steps(exchange)
        }
    }

    /// 200 with header lines of together at least so many bytes, each about 1 KiB long.
    ///
    /// URLSession on Linux refuses more than 300 KiB with -1 (libcurl 7.88.1).
    public static func hugeHeaders(bytes count: Int) -> Self {
        let value = String(repeating: "h", count: 1_000)
        // Made once: the largest have ten megabytes.
        let lines = (0..<(max(count, 0) + 1_015) / 1_016).map { "X-Filler-\($0): \(value)\r\n" }
        let start = Array(("HTTP/1.1 200 OK\r\n" + lines.joined()).utf8)
        return Self("huge_headers") { exchange in
            let close = exchange.closes ? "Connection: close\r\n" : ""
            return [.send(start), .send("Content-Length: 2\r\n\(close)\r\n" + (exchange.hasBody(200) ? "ok" : ""))]
        }
    }

    /// 200 with this line as the first of the headers, verbatim: for example `"NoColon"`, `"Name:value"` or `" folded"`.
    ///
    /// URLSession on Linux: -1 for each of these, for a value of spaces only, and for one that is not UTF-8. It takes a
    /// folded line that follows another one.
    public static func headerLine(_ line: Data) -> Self {
        let line = Array(line)
        return Self("header_line") { exchange in
            [.send(exchange.head(200, lines: [line, Array("Content-Length: 2".utf8)]) + Array("ok".utf8))]
        }
    }

    /// A body without a head, then FIN, as HTTP/0.9 had it.
    ///
    /// URLSession on Linux: -1002 ("Received HTTP/0.9 when not allowed").
    public static func withoutHead(_ body: Data = Data("<p>HTTP/0.9</p>".utf8)) -> Self {
        raw(body).named("without_head")
    }
}
