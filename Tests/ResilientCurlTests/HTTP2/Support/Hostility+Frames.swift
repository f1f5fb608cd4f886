#if os(Linux)
/// Frames that RFC 9113 forbids, or nobody should send so many of.
extension Hostility {
    static let settings: [Hostility] = [
        Hostility("a window that is too large", .broken, greeting: [set(4, 0x8000_0000)]),
        Hostility("frames of no byte", .broken, greeting: [set(5, 0)]),
        Hostility("a push setting that is none", .broken, greeting: [set(2, 2)]),
        Hostility("a table of 4 GB", .answer, greeting: [set(1, .max)]),
        Hostility("heads of at most one byte", .answer, greeting: [set(6, 1)]),
        Hostility("an unknown setting", .answer, greeting: [set(0xFFFF, .max)]),
        Hostility("settings that end within one", .broken, greeting: [raw(.settings, 0, 5)]),
        Hostility("settings of a stream", .broken, greeting: [raw(.settings, 3, 6)]),
        Hostility("an acknowledgement of nothing", .answer, greeting: [.send(.settings()), set(3, 100)]),
        Hostility("no settings", .tolerated, greeting: []),
        Hostility("2,000 times settings", .tolerated, greeting: Array(repeating: set(3, 100), count: 2_000)),
    ]

    static let streams: [Hostility] = [
        Hostility("data of no stream", .broken) { _ in [raw(.data, 0, 5)] },
        Hostility("data before the head", .broken) { [.send(.data($0, "data"))] },
        Hostility("data of a stream to come", .broken) { [raw(.data, $0 + 2, 5)] },
        Hostility("a head of a stream of its own", .broken) { _ in
            [.send(.headers(2, status: 200, ends: true))]
        },
        Hostility("a head after the end", .tolerated) {
            Move.answer($0) + [.send(.headers($0, status: 500, ends: true))]
        },
        Hostility("data after the end", .tolerated) { Move.answer($0) + [.send(.data($0, "more"))] },
        Hostility("padding that is longer than the frame", .brokenLater) {
            [.send(.headers($0)), .send(Frame(.data, [.padded, .endStream], stream: $0, payload: [9, 1]))]
        },
        Hostility("a frame of 20,000 bytes", .broken) {
            [.send(.headers($0, [("content-length", "20000")])), raw(.data, $0, 20_000)]
        },
        Hostility("a frame of 16 MB", .brokenLater) {
            [.send(.headers($0)), .bytes(Frame.head(0xFF_FFFF, 0, [], $0))]
        },
        Hostility("a reset of no stream", .broken) { _ in [.send(.reset(0, .cancel))] },
        Hostility("a reset of a stream to come", .broken) { [.send(.reset($0 + 2, .cancel))] },
        Hostility("a stream that depends on itself", .tolerated) {
            [.send(Frame(.priority, stream: $0, payload: $0.bytes + [1]))] + Move.answer($0)
        },
        Hostility("a promise", .broken) {
            [.send(Frame(.pushPromise, .endHeaders, stream: $0, payload: UInt32(2).bytes + Frame.block(request)))]
        },
        Hostility("unknown frames", .answer) { stream in
            (10...255).map { .send(Frame(kind: $0, flags: Frame.Flags(rawValue: 0xFF), stream: stream, payload: [1])) }
                + Move.answer(stream)
        },
        Hostility("100,000 empty frames of data", .answer) { stream in
            let empty = Array(repeating: Frame(.data, stream: stream).encoded, count: 100_000).flatMap { $0 }
            return [.send(.headers(stream)), .bytes(empty), .send(.data(stream, "ok"))]
        },
    ]

    static let connection: [Hostility] = [
        Hostility("a ping of 3 bytes", .broken) { _ in [raw(.ping, 0, 3)] },
        Hostility("20,000 pings", .tolerated) { stream in
            let ping = Frame(.ping, payload: [UInt8](repeating: 1, count: 8)).encoded
            return [.bytes(Array(repeating: ping, count: 20_000).flatMap { $0 })] + Move.answer(stream)
        },
        Hostility("a window that grows by nothing", .broken) { _ in [.send(.windowUpdate(0, by: 0))] },
        Hostility("a window that grows too large", .broken) { _ in
            [.send(.windowUpdate(0, by: Frame.lastStream))]
        },
        Hostility("a stream's window that grows too large", .wrong) {
            [.send(.windowUpdate($0, by: Frame.lastStream)), .send(.windowUpdate($0, by: Frame.lastStream))]
        },
        Hostility("a goodbye of 4 bytes", .broken) { _ in [raw(.goAway, 0, 4)] },
        Hostility("a goodbye of a stream", .broken) {
            [.send(Frame(.goAway, stream: $0, payload: $0.bytes + [0, 0, 0, 0]))]
        },
        Hostility("a goodbye that is taken back", .tolerated) { stream in
            [.send(.goAway(last: stream)), .send(.goAway(last: stream + 2))] + Move.answer(stream)
        },
        Hostility("a goodbye to come", .answer) { [.send(.goAway(last: Frame.lastStream))] + Move.answer($0) },
        Hostility("a goodbye that includes it", .answer) { [.send(.goAway(last: $0))] + Move.answer($0) },
        Hostility("a goodbye that leaves it out", .lost) { _ in [.send(.goAway(last: 0))] },
        Hostility("a goodbye in anger", .lost) { _ in
            [.send(.goAway(last: 0, .enhanceYourCalm)), .close]
        },
        Hostility("HTTP/1.1 is required", .lost) { [.send(.reset($0, .http11Required))] },
        Hostility("a reset without a reason", .lost) { [.send(.reset($0, .none))] },
        Hostility("a reset with a reason that is none", .lost) {
            [.send(Frame(.resetStream, stream: $0, payload: UInt32.max.bytes))]
        },
        Hostility("a reset within the body", .lost) {
            [.send(.headers($0)), .send(.data($0, "o", ends: false)), .send(.reset($0, .internalError))]
        },
        Hostility("garbage", .broken) { _ in [.bytes((0..<4_000).map { UInt8($0 * 7 % 251) })] },
        Hostility("HTTP/1.1", .broken, greeting: [.bytes(Array("HTTP/1.1 400 Bad\r\n\r\n".utf8)), .close]),
        Hostility("half a frame, and the end", .lost) {
            [.bytes(Array(Frame.headers($0).encoded.dropLast(3))), .close]
        },
        Hostility("half a frame, and a break", .lost) {
            [.bytes(Array(Frame.headers($0).encoded.dropLast(3))), .reset]
        },
        Hostility("half a frame, and silence", .silent) {
            [.bytes(Array(Frame.headers($0).encoded.dropLast(3)))]
        },
        Hostility("the end within the body", .lost) {
            [.send(.headers($0)), .send(.data($0, "o", ends: false)), .close]
        },
        Hostility("silence within the body", .silent) {
            [.send(.headers($0)), .send(.data($0, "o", ends: false))]
        },
        Hostility("the end at once", .lost, greeting: [.close]),
        Hostility("a break at once", .lost, greeting: [.reset]),
    ]

    private static let request = [
        (":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", "/"),
    ]

    private static func set(_ name: UInt16, _ value: UInt32) -> Move { .send(.settings([(name, value)])) }

    private static func raw(_ kind: Frame.Kind, _ stream: UInt32, _ count: Int) -> Move {
        .send(Frame(kind, stream: stream, payload: [UInt8](repeating: 0, count: count)))
    }
}
#endif
