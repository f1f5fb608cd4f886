#if os(Linux)
/// Heads of answers that RFC 9113 §8 forbids, and header blocks that are none, or too much.
extension Hostility {
    static let heads: [Hostility] = [
        Hostility("no status", .wrong) { [.send(.headers($0, status: nil, [("a", "b")], ends: true))] },
        Hostility("two statuses", .wrong) { [.send(.headers($0, [(":status", "500")], ends: true))] },
        Hostility("a status of letters", .wrong) {
            [.send(.headers($0, status: nil, [(":status", "abc")], ends: true))]
        },
        Hostility("a status of four digits", .wrong) { [.send(.headers($0, status: 2_000, ends: true))] },
        Hostility("a status of 99", .wrong) { [.send(.headers($0, status: 99, ends: true))] },
        Hostility("a path", .wrong) { [.send(.headers($0, [(":path", "/")], ends: true))] },
        Hostility("the status at the end", .wrong) {
            [.send(.headers($0, status: nil, [("a", "b"), (":status", "200")], ends: true))]
        },
        Hostility("a name in capitals", .tolerated) { [.send(.headers($0, [("A", "b")]))] + data($0) },
        Hostility("a name that is none", .tolerated) { [.send(.headers($0, [("a b", "c")]))] + data($0) },
        Hostility("an empty name", .tolerated) { [.send(.headers($0, [("", "b")]))] + data($0) },
        Hostility("a value of two lines", .tolerated) {
            [.send(.headers($0, [("a", "b\r\nc: d")]))] + data($0)
        },
        Hostility("a value with a NUL", .tolerated) { [.send(.headers($0, [("a", "b\0c")]))] + data($0) },
        Hostility("a field of the connection", .tolerated) {
            [.send(.headers($0, [("connection", "close")]))] + data($0)
        },
        Hostility("chunks", .tolerated) {
            [.send(.headers($0, [("transfer-encoding", "chunked")]))] + data($0)
        },
        Hostility("less than its length", .wrong) {
            [.send(.headers($0, [("content-length", "10")]))] + data($0)
        },
        Hostility("more than its length", .wrong) {
            [.send(.headers($0, [("content-length", "1")]))] + data($0)
        },
        Hostility("a length that is none", .wrong) {
            [.send(.headers($0, [("content-length", "-2")]))] + data($0)
        },
        Hostility("two lengths", .wrong) {
            [.send(.headers($0, [("content-length", "2"), ("content-length", "3")]))] + data($0)
        },
        Hostility("interim answers", .answer) { stream in
            Array(repeating: .send(.headers(stream, status: 103)), count: 20) + Move.answer(stream)
        },
        Hostility("20,000 interim answers", .wrong) { stream in
            let one = Frame.headers(stream, status: 103, [("link", "</style>")]).encoded
            return [.bytes(Array(repeating: one, count: 20_000).flatMap { $0 })] + Move.answer(stream)
        },
        Hostility("an interim answer at the end", .wrong) {
            [.send(.headers($0, status: 103, ends: true))]
        },
        Hostility("another protocol", .wrong) { [.send(.headers($0, status: 101))] + data($0) },
        Hostility("trailers", .answer) {
            [.send(.headers($0)), .send(.data($0, "ok", ends: false))]
                + [.send(.headers($0, status: nil, [("grpc-status", "0")], ends: true))]
        },
        Hostility("trailers with a status", .tolerated) {
            [.send(.headers($0)), .send(.data($0, "ok", ends: false)), .send(.headers($0, status: 500, ends: true))]
        },
        Hostility("trailers without the end", .tolerated) {
            [.send(.headers($0)), .send(.data($0, "ok", ends: false))]
                + [.send(.headers($0, status: nil, [("a", "b")])), .send(.data($0, ""))]
        },
    ]

    static let blocks: [Hostility] = [
        Hostility("a field that no table has", .broken) { [head($0, [0xFF, 0x80, 0x01])] },
        Hostility("field number nought", .broken) { [head($0, [0x80])] },
        Hostility("a number without an end", .broken) {
            [head($0, [UInt8](repeating: 0xFF, count: 64))]
        },
        Hostility("a text that is longer than the block", .broken) { [head($0, [0x00, 0x7F, 0x50, 0x61])] },
        Hostility("a code of nothing but ones", .broken) {
            [head($0, [0x88, 0x00, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x00])]
        },
        Hostility("a table that nobody allowed", .broken) { [head($0, [0x3F, 0xFF, 0xFF, 0x03, 0x88])] },
        Hostility("a head within another", .broken) {
            [.send(Frame(.headers, stream: $0, payload: [0x88])), .send(.data($0, "ok"))]
        },
        Hostility("the rest of no head", .broken) {
            [.send(Frame(.continuation, .endHeaders, stream: $0, payload: [0x88]))]
        },
        Hostility("a head in 300 parts", .tolerated) { stream in
            split(Frame.block([(":status", "200")] + (0..<30).map { ("x-field", "\($0)") }), 1, stream) + data(stream)
        },
        Hostility("100,000 parts of nothing", .wrong) { stream in
            let part = Frame(.continuation, stream: stream).encoded
            return [.send(Frame(.headers, stream: stream, payload: [0x88]))]
                + [.bytes(Array(repeating: part, count: 100_000).flatMap { $0 })]
        },
        Hostility("a head of 10 MB", .wrong) { stream in
            let value = String(repeating: "v", count: 1_000)
            return split(Frame.block([(":status", "200")] + (0..<10_000).map { ("x-\($0)", value) }), 16_000, stream)
                + data(stream)
        },
        Hostility("50 MB in 16 KB", .wrong) { stream in
            // Kept in the table once, and named again and again.
            let text = [0x40, 0x01, 0x78, 0x7F, 0xA1, 0x1E] + [UInt8](repeating: 0x76, count: 4_000)
            return split([0x88] + text + [UInt8](repeating: 0xBE, count: 12_000), 16_000, stream) + data(stream)
        },
    ]

    private static func data(_ stream: UInt32) -> [Move] { [.send(.data(stream, "ok"))] }

    private static func head(_ stream: UInt32, _ block: [UInt8]) -> Move {
        .send(Frame(.headers, [.endHeaders, .endStream], stream: stream, payload: block))
    }

    private static func split(_ block: [UInt8], _ size: Int, _ stream: UInt32) -> [Move] {
        stride(from: 0, to: block.count, by: size).map { start in
            let end = min(start + size, block.count)
            return .send(
                Frame(
                    start == 0 ? .headers : .continuation,
                    end == block.count ? .endHeaders : [],
                    stream: stream,
                    payload: Array(block[start..<end])
                )
            )
        }
    }
}
#endif
