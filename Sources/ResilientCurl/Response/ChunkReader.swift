#if os(Linux)
import ResilientHTTP

/// Takes a body out of its chunks (RFC 9112 §7.1), as the pieces come.
///
/// It is done here and not by libcurl, which takes `0x5` for a last chunk, and is silent about bytes after it.
struct ChunkReader {
    /// What became of a piece.
    enum Step {
        /// All of it was taken.
        case taken
        /// The taker wants no more for now: the same piece is to be given again, perhaps with more behind it.
        case paused
        /// The taker wants no more.
        case stopped
        /// What HTTP does not allow.
        case wrong(String)
        /// A trailer line that is longer than any should be.
        case tooLarge
    }

    private enum State {
        /// In the digits of a size, behind them, in an extension, before the line feed.
        case size, sizeEnd, parameters, sizeLineFeed
        case data
        /// Behind the data.
        case dataEnd, dataLineFeed
        case trailers
        case over
    }

    private static let longestExtension = 16 << 10
    private static let longestTrailer = 64 << 10

    private var state = State.size
    /// What is left of the chunk, or its size as far as it is known; how many digits or other bytes its line has.
    private var size = 0
    private var lineCount = 0
    private var trailer: [UInt8] = []
    /// How much of the piece that is given next was taken already.
    private var isUsed = 0

    /// Whether the last chunk and the trailers have come.
    var isOver: Bool { state == .over }
    /// Whether anything has come behind them.
    private(set) var hasExcess = false

    /// Reads a piece: `take` gets the data, `line` each line of the trailers; `line` returns nil to go on.
    mutating func read(
        _ piece: UnsafeRawBufferPointer,
        take: (UnsafeRawBufferPointer) -> Unpacker.Step,
        line: (UnsafeBufferPointer<UInt8>) -> Step?
    ) -> Step {
        var place = isUsed
        isUsed = 0
        while place < piece.count {
            if state == .data {
                let end = place + min(size, piece.count - place)
                switch take(UnsafeRawBufferPointer(rebasing: piece[place..<end])) {
                case .taken: break
                case .paused:
                    isUsed = place
                    return .paused
                case .stopped: return .stopped
                case .broken: return .wrong("the response's compressed body is not what its Content-Encoding says")
                }
                size -= end - place
                place = end
                if size == 0 { state = .dataEnd }
                continue
            }
            let byte = piece[place]
            place += 1
            switch state {
            case .trailers:
                if let step = readTrailer(byte, line) { return step }
            case .over:
                hasExcess = true
                return .taken
            default:
                guard readFrame(byte) else { return .wrong("the response's chunks are not as HTTP has them") }
            }
        }
        return .taken
    }

    /// Reads a byte between the data. Returns false for one that does not belong there.
    private mutating func readFrame(_ byte: UInt8) -> Bool {
        lineCount += 1
        guard lineCount <= Self.longestExtension else { return false }
        switch (state, byte) {
        case (.size, _) where Grammar.isHexDigit(byte):
            let (larger, overflows) = size.multipliedReportingOverflow(by: 16)
            if overflows { return false }
            // 0x30 is "0"; letters differ from their place among the digits by 9.
            size = larger + Int(byte & 0x0F) + (byte > 0x39 ? 9 : 0)
        case (.size, _) where lineCount == 1: return false
        case (.size, 0x20), (.size, 0x09): state = .sizeEnd
        case (.sizeEnd, 0x20), (.sizeEnd, 0x09): break
        case (.size, 0x3B), (.sizeEnd, 0x3B): state = .parameters
        case (.size, 0x0D), (.sizeEnd, 0x0D), (.parameters, 0x0D): state = .sizeLineFeed
        case (.size, 0x0A), (.sizeEnd, 0x0A), (.parameters, 0x0A), (.sizeLineFeed, 0x0A):
            state = size == 0 ? .trailers : .data
        case (.parameters, _): break
        case (.dataEnd, 0x0D): state = .dataLineFeed
        case (.dataEnd, 0x0A), (.dataLineFeed, 0x0A): (state, lineCount) = (.size, 0)
        default: return false
        }
        return true
    }

    private mutating func readTrailer(_ byte: UInt8, _ line: (UnsafeBufferPointer<UInt8>) -> Step?) -> Step? {
        guard byte == 0x0A else {
            trailer.append(byte)
            return trailer.count > Self.longestTrailer ? .tooLarge : nil
        }
        if trailer.last == 0x0D { trailer.removeLast() }
        defer { trailer.removeAll(keepingCapacity: true) }
        if trailer.isEmpty {
            state = .over
            return nil
        }
        return trailer.withUnsafeBufferPointer(line)
    }
}
#endif
