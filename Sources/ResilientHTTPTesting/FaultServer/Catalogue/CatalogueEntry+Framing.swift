import Foundation
import ResilientHTTP

extension FaultServer.CatalogueEntry {
    /// Lengths that are wrong, many or missing.
    static let lengths: [Self] = [
        Self("until_close", "a body without a length, ended by FIN", .untilClose(), expected: text("until the end")),
        Self(
            "until_reset",
            "a body without a length, ended by RST",
            .untilClose(reset: true),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
        Self(
            "too_small_content_length",
            "more bytes than the length says, then FIN",
            .tooSmallContentLength(),
            expected: text("body")
        ),
        Self(
            "conflicting_content_lengths",
            "two different lengths, 4 and 2",
            .conflictingContentLengths,
            expected: nil,
            onURLSession: .fails(.protocolError, "bare URLSession believes the last")
        ),
        Self("repeated_content_length", "the same length twice", .contentLengths(["4", "4"]), expected: text("body")),
        Self(
            "negative_content_length",
            "a length of -1",
            .negativeContentLength,
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "overflowing_content_length",
            "a length of more than 64 bits",
            .overflowingContentLength,
            expected: nil,
            onURLSession: .fails(.protocolError, "bare URLSession takes FIN for the end")
        ),
        Self(
            "content_length_no_number",
            "a length of `four`",
            .contentLengths(["four"]),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self("content_length_with_chunks", "a length and chunks", .lengthAndChunks(), expected: text("body")),
    ]

    /// Chunks that are none.
    static let chunks: [Self] = [
        Self(
            "bad_chunk_size",
            "a chunk size of `zz`",
            .badChunkSize(),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "negative_chunk_size",
            "a chunk size of `-1`",
            .badChunkSize("-1"),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "overflowing_chunk_size",
            "a chunk size of 80 bits",
            .badChunkSize("ffffffffffffffffffff"),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "too_long_chunk",
            "a chunk with more bytes than its size",
            .rawChunks(Data("2\r\nok!\r\n0\r\n\r\n".utf8)),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "chunk_extension",
            "chunk sizes with extensions",
            .rawChunks(Data("2;name=\"va;lue\"\r\nok\r\n0;last\r\n\r\n".utf8)),
            expected: ok
        ),
        Self(
            "unknown_transfer_encoding",
            "`Transfer-Encoding: wat`",
            .headerLine(Data("Transfer-Encoding: wat".utf8)),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "trailers",
            "chunks with trailer fields",
            .trailers(["X-Checksum": "1"]),
            expected: ok,
            onURLSession: .endsProcess("no response where one is expected (swift-corelibs-foundation #5285)")
        ),
    ]

    /// Responses before the answer.
    static let interims: [Self] = [
        Self(
            "interim",
            "100 and 103 before the answer",
            .interim(then: .ok),
            expected: ok,
            onURLSession: .answers(ok, "delivered by URLSession as responses of their own, skipped by the transport")
        ),
        Self(
            "many_interims",
            "fifty 103 before the answer",
            .interim([Int](repeating: 103, count: 50), headers: ["Link": "</a>; rel=preload"], then: .ok),
            expected: ok
        ),
        Self(
            "interim_only",
            "100, then FIN",
            .interim([100], then: .closeWithoutAnswer),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
        Self(
            "unasked_switch",
            "101 to a protocol that nobody asked for, then FIN",
            .raw(Data("HTTP/1.1 101 Switching Protocols\r\nUpgrade: wat\r\nConnection: upgrade\r\n\r\n".utf8)),
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
    ]

    private static let packed = Data(SeededBytes.make(5_000, seed: 2))
    private static let bombBytes = 2 << 20

    /// Content codings.
    static let codings: [Self] = [
        Self("gzip", "gzip", .gzip(packed), expected: Answer(status: 200, body: packed)),
        Self(
            "truncated_gzip",
            "gzip without its last 12 bytes, under a matching length",
            .truncatedGzip(Data("hello gzip".utf8)),
            expected: nil,
            onURLSession: .answers(text("hello "), "a part of the body as a success")
        ),
        Self(
            "gzip_wrong_checksum",
            "gzip with a wrong checksum",
            .gzipWithWrongChecksum(packed),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "not_gzip",
            "`Content-Encoding: gzip` over plain text",
            .response(200, headers: ["Content-Encoding": "gzip"], body: Data("plain".utf8)),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "gzip_bomb",
            "13 KB that unpack to 2 MiB",
            .gzipBomb(bytes: bombBytes),
            expected: Answer(status: 200, body: Data(count: bombBytes)),
            onURLSession: .answers(
                Answer(status: 200, body: Data(count: bombBytes)),
                "`response_too_large` where the limit is lower, but unpacked all the same"
            )
        ),
        Self(
            "unknown_content_encoding",
            "`Content-Encoding: wat`",
            .response(200, headers: ["Content-Encoding": "wat"], body: Data("plain".utf8)),
            expected: text("plain"),
            onURLSession: .fails(.protocolError)
        ),
    ]
}
