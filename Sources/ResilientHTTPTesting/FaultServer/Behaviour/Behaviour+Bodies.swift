public import Foundation

extension FaultServer.Behaviour {
    /// A Content-Length, fewer bytes than it says, then FIN.
    ///
    /// URLSession on Linux: -1 with curl's text.
    public static func truncatedBody(contentLength: Int = 1_000, sent: Int = 500) -> Self {
        Self("truncated_body") { exchange in
            var steps: [FaultServer.Step] = [.send(exchange.head(200, [], contentLength: contentLength))]
            if exchange.hasBody(200) {
                steps.append(.send([UInt8](repeating: UInt8(ascii: "x"), count: max(sent, 0))))
            }
            return steps + [.close]
        }
    }

    /// Chunks without the last one, then FIN.
    ///
    /// URLSession on Linux: -1 with curl's text.
    public static func truncatedChunks(_ chunks: [String] = ["partial"]) -> Self {
        stream(chunks.map { .text($0) }, contentType: "text/plain", ending: .cut).named("truncated_chunks")
    }

    /// A whole head at once, then the body in pieces with pauses between them.
    ///
    /// - Parameters:
    ///   - body: the body; its Content-Length is sent.
    ///   - piece: bytes in a piece, at least 1.
    ///   - interval: the pause between two pieces; resolution 1 ms.
    public static func drip(_ body: Data, piece: Int = 1, every interval: Duration) -> Self {
        let bytes = Array(body)
        return Self("drip") { exchange in
            let head = FaultServer.Step.send(exchange.head(200, [], contentLength: bytes.count))
            guard exchange.hasBody(200) else { return [head] }
            return [head, .drip(bytes[...], piece: max(piece, 1), interval: interval.clampedNanoseconds)]
        }
    }

    /// The head in pieces with pauses between them, then the body at once.
    ///
    /// - Parameters:
    ///   - body: the body; its Content-Length is sent.
    ///   - piece: bytes in a piece, at least 1.
    ///   - interval: the pause between two pieces; resolution 1 ms.
    public static func headDrip(_ body: Data = Data("ok".utf8), piece: Int = 1, every interval: Duration) -> Self {
        let bytes = Array(body)
        return Self("head_drip") { exchange in
            let head = exchange.head(200, [], contentLength: bytes.count)
            let drip = FaultServer.Step.drip(head[...], piece: max(piece, 1), interval: interval.clampedNanoseconds)
            return exchange.hasBody(200) ? [drip, .send(bytes)] : [drip]
        }
    }

    /// 200 with `Content-Encoding: gzip`; the stream is valid but made of stored blocks.
    public static func gzip(_ body: Data) -> Self {
        let stream = Gzip.stored(Array(body))
        return Self("gzip") { $0.answer(200, [("Content-Encoding", "gzip")], stream) }
    }

    /// As `gzip`, without the stream's last bytes; the Content-Length is that of what is sent.
    ///
    /// URLSession on Linux: 200 with a part of the body and no error.
    ///
    /// - Parameters:
    ///   - body: what is packed.
    ///   - missing: how many bytes are missing; the last 8 are CRC and size.
    public static func truncatedGzip(_ body: Data, missing: Int = 12) -> Self {
        let stream = Array(Gzip.stored(Array(body)).dropLast(max(missing, 0)))
        return Self("truncated_gzip") { $0.answer(200, [("Content-Encoding", "gzip")], stream) }
    }

    /// As `gzip`, with a wrong checksum (CRC 32) at the stream's end.
    ///
    /// URLSession on Linux: -1 with curl's text.
    public static func gzipWithWrongChecksum(_ body: Data) -> Self {
        var stream = Gzip.stored(Array(body))
        stream[stream.count - 8] ^= 0xff
        return Self("gzip_wrong_checksum") { [stream] in $0.answer(200, [("Content-Encoding", "gzip")], stream) }
    }

    /// 200 with `Content-Encoding: gzip` that unpacks to so many zero bytes, 158 times as many as are sent.
    ///
    /// Made while it is sent, so that it takes no memory on this side.
    public static func gzipBomb(bytes count: Int) -> Self {
        Self("gzip_bomb") { exchange in
            let bomb = GzipBomb(count: count)
            let head = exchange.head(200, [("Content-Encoding", "gzip")], contentLength: bomb.encodedCount)
            return [.send(head)] + (exchange.hasBody(200) ? [.produce(bomb)] : [])
        }
    }
}
