#if os(Linux)
/// Takes a client's bytes apart: preface, frames, header blocks.
struct FrameReader {
    struct Broken: Error {}

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    /// The greatest frame that nobody has asked for more than.
    private static let longest = 16 << 10

    private var bytes: [UInt8] = []
    private var hasPreface = false
    private var decoder = HeaderDecoder()
    private var block: [UInt8] = []
    /// Whether the last header block was that of a request that is complete with it.
    private(set) var endsStream = false

    /// The frames that are complete with these bytes.
    mutating func read(_ more: ArraySlice<UInt8>) throws -> [Frame] {
        bytes += more
        if !hasPreface {
            guard bytes.count >= Self.preface.count else { return [] }
            guard bytes.starts(with: Self.preface) else { throw Broken() }
            bytes.removeFirst(Self.preface.count)
            hasPreface = true
        }
        var (frames, rest): ([Frame], _) = ([], bytes[...])
        while rest.count >= Frame.headBytes {
            let head = Array(rest.prefix(Frame.headBytes))
            let length = Int(UInt32([0] + head[..<3]))
            guard length <= Self.longest else { throw Broken() }
            guard rest.count >= Frame.headBytes + length else { break }
            rest = rest.dropFirst(Frame.headBytes)
            frames.append(
                Frame(
                    kind: head[3],
                    flags: Frame.Flags(rawValue: head[4]),
                    stream: UInt32(head[5...]) & Frame.lastStream,
                    payload: Array(rest.prefix(length))
                )
            )
            rest = rest.dropFirst(length)
        }
        bytes = Array(rest)
        return frames
    }

    /// The fields of a header block, when this frame ends it.
    mutating func headers(_ frame: Frame) throws -> [HeaderDecoder.Field]? {
        var part = frame.payload[...]
        if frame.kind == Frame.Kind.headers.rawValue {
            block = []
            endsStream = frame.flags.contains(.endStream)
            if frame.flags.contains(.padded) {
                guard let padding = part.popFirst(), Int(padding) <= part.count else { throw Broken() }
                part = part.dropLast(Int(padding))
            }
            if frame.flags.contains(.priority) { part = part.dropFirst(5) }
        }
        block += part
        return frame.flags.contains(.endHeaders) ? try decoder.decode(block[...]) : nil
    }
}
#endif
