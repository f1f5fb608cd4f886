#if os(Linux)
/// A frame of HTTP/2 (RFC 9113 §4.1), right or wrong: every part is as it is given.
struct Frame: Sendable {
    enum Kind: UInt8 {
        case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
    }

    enum ErrorCode: UInt32 {
        case none, protocolError, internalError, flowControl, settingsTimeout, streamClosed, frameSize, refusedStream
        case cancel, compression, connect, enhanceYourCalm, inadequateSecurity, http11Required
    }

    struct Flags: OptionSet {
        let rawValue: UInt8

        static let endStream = Flags(rawValue: 0x1)
        /// Of SETTINGS and PING.
        static let acknowledgement = Flags(rawValue: 0x1)
        static let endHeaders = Flags(rawValue: 0x4)
        static let padded = Flags(rawValue: 0x8)
        static let priority = Flags(rawValue: 0x20)
    }

    /// The number of the kind, known or not.
    var kind: UInt8
    var flags: Flags = []
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    static let headBytes = 9

    var encoded: [UInt8] { Self.head(payload.count, kind, flags, stream) + payload }

    /// The head alone, also of a length that nothing keeps.
    static func head(_ length: Int, _ kind: UInt8, _ flags: Flags, _ stream: UInt32) -> [UInt8] {
        Array(UInt32(length).bytes.dropFirst()) + [kind, flags.rawValue] + stream.bytes
    }
}

// MARK: - As servers send them

extension Frame {
    init(_ kind: Kind, _ flags: Flags = [], stream: UInt32 = 0, payload: [UInt8] = []) {
        self.init(kind: kind.rawValue, flags: flags, stream: stream, payload: payload)
    }

    /// The head of an answer, or trailers without a status.
    static func headers(
        _ stream: UInt32,
        status: Int? = 200,
        _ fields: [(String, String)] = [],
        ends: Bool = false
    ) -> Frame {
        let all = (status.map { [(":status", "\($0)")] } ?? []) + fields
        return Frame(.headers, ends ? [.endHeaders, .endStream] : .endHeaders, stream: stream, payload: block(all))
    }

    static func data(_ stream: UInt32, _ text: String, ends: Bool = true) -> Frame {
        Frame(.data, ends ? .endStream : [], stream: stream, payload: Array(text.utf8))
    }

    static func reset(_ stream: UInt32, _ code: ErrorCode) -> Frame {
        Frame(.resetStream, stream: stream, payload: code.rawValue.bytes)
    }

    /// - Parameter last: the last stream that the server has acted or will act on.
    static func goAway(last: UInt32, _ code: ErrorCode = .none) -> Frame {
        Frame(.goAway, payload: last.bytes + code.rawValue.bytes)
    }

    static func settings(_ pairs: [(UInt16, UInt32)] = []) -> Frame {
        Frame(.settings, payload: pairs.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] + $1.bytes })
    }

    static func windowUpdate(_ stream: UInt32, by count: UInt32) -> Frame {
        Frame(.windowUpdate, stream: stream, payload: count.bytes)
    }

    /// The greatest number of a stream that a client can have.
    static let lastStream: UInt32 = 0x7FFF_FFFF

    /// Fields as literals that no table keeps and no code shortens (RFC 7541 §6.2.2).
    static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { [0] + text($0) + text($1) }
    }

    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var (length, rest) = ([UInt8](arrayLiteral: 127), bytes.count - 127)
        while rest >= 128 {
            length.append(UInt8(rest % 128) | 0x80)
            rest /= 128
        }
        return length + [UInt8(rest)] + bytes
    }
}

extension UInt32 {
    /// In network order.
    var bytes: [UInt8] { [UInt8(self >> 24), UInt8(self >> 16 & 0xFF), UInt8(self >> 8 & 0xFF), UInt8(self & 0xFF)] }

    init(_ bytes: ArraySlice<UInt8>) {
        self = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
#endif
