#if os(Linux)
import CLibcurl

/// Unpacks a compressed body piece by piece, and no faster than somebody takes what comes out of it: a bomb costs no
/// more than one step.
///
/// It is done here and not by libcurl, which takes a body that was cut for a whole one, and unpacks all of a piece
/// before it asks whether anybody wants more.
final class Unpacker {
    /// What became of a piece.
    enum Step {
        /// All of it is unpacked.
        case taken
        /// The taker wants no more for now: the same piece is to be given again.
        case paused
        /// The taker wants no more.
        case stopped
        /// It is not what it says it is.
        case broken
    }

    /// What the taker says.
    enum Demand {
        case more, pause, stop
    }

    private static let room = 64 << 10

    private let inflater: OpaquePointer
    private let output: UnsafeMutablePointer<UInt8>
    /// How much of the piece that is given next has been unpacked already.
    private var isUsed = 0
    /// Whether the body has ended where it should; also when nothing has come at all.
    private(set) var isWhole = true

    /// Nil for an encoding that it does not know.
    init?(_ contentEncoding: String) {
        let encoding: clibcurl_encoding
        switch contentEncoding {
        case "gzip", "x-gzip": encoding = CLIBCURL_GZIP
        case "deflate": encoding = CLIBCURL_DEFLATE
        default: return nil
        }
        guard let inflater = clibcurl_inflater_create(encoding) else { return nil }
        self.inflater = inflater
        output = .allocate(capacity: Self.room)
    }

    deinit {
        clibcurl_inflater_free(inflater)
        output.deallocate()
    }

    func unpack(_ piece: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Demand) -> Step {
        let input = piece.bindMemory(to: UInt8.self)
        while true {
            var (used, made) = (0, 0)
            let rest = UnsafeBufferPointer(rebasing: input.dropFirst(isUsed))
            let state = clibcurl_inflate(inflater, rest.baseAddress, rest.count, &used, output, Self.room, &made)
            isUsed += used
            isWhole = state == CLIBCURL_ENDED
            let isDone = state == CLIBCURL_NEEDS_INPUT || isWhole
            switch made > 0 ? take(UnsafeRawBufferPointer(start: output, count: made)) : .more {
            case .stop: return .stopped
            case .pause where state == CLIBCURL_HAS_OUTPUT: return .paused
            default: break
            }
            if state == CLIBCURL_BROKEN { return .broken }
            if isDone {
                isUsed = 0
                return .taken
            }
        }
    }
}
#endif
