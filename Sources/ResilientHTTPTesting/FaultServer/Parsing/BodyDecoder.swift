/// Takes a request body out of the bytes of a connection: by length or chunked (RFC 9112, sections 6 and 7).
struct BodyDecoder {
    private enum State {
        case length(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailers
        case done
    }

    /// The longest chunk-size or trailer line.
    private static let lineLimit = 8_192

    private var state: State

    init(_ framing: RequestHead.Framing) {
        switch framing {
        case .none, .length(0): state = .done
        case .length(let length): state = .length(length)
        case .chunked: state = .chunkSize
        }
    }

    var isDone: Bool {
        if case .done = state { return true }
        return false
    }

    /// Gives the decoded bytes to `output`, piece by piece.
    ///
    /// - Returns: how many bytes of `input` were used; the rest is a beginning of a line, or the next request.
    mutating func decode(
        _ input: [UInt8],
        _ output: (ArraySlice<UInt8>) -> Void
    ) throws(RequestHead.Malformed) -> Int {
        var rest = input[...]
        while true {
            switch state {
            case .done:
                return input.count - rest.count
            case .length(let remaining), .chunk(let remaining):
                let piece = rest.prefix(remaining)
                guard !piece.isEmpty else { return input.count - rest.count }
                output(piece)
                rest.removeFirst(piece.count)
                advance(remaining - piece.count)
            case .chunkSize, .chunkEnd, .trailers:
                guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                    if rest.count > Self.lineLimit { throw RequestHead.Malformed("chunk line") }
                    return input.count - rest.count
                }
                let line = rest[..<end]
                rest = rest[(end + 1)...]
                try take(line: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
            }
        }
    }

    private mutating func advance(_ remaining: Int) {
        switch (state, remaining) {
        case (.length, 0): state = .done
        case (.length, _): state = .length(remaining)
        case (_, 0): state = .chunkEnd
        default: state = .chunk(remaining)
        }
    }

    private mutating func take(line: ArraySlice<UInt8>) throws(RequestHead.Malformed) {
        switch state {
        case .chunkSize:
            let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
            guard digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
                let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
            else { throw RequestHead.Malformed("chunk size") }
            state = size == 0 ? .trailers : .chunk(size)
        case .chunkEnd:
            guard line.isEmpty else { throw RequestHead.Malformed("chunk end") }
            state = .chunkSize
        default:
            if line.isEmpty { state = .done }
        }
    }
}
