#if os(Linux)
import CLibcurl
import Foundation
import ResilientHTTP

/// What a transfer needs of libcurl, used again and again; libcurl's own easy handle is a new one each time. It belongs to
/// the loop's thread.
final class EasyHandle {
    /// Where the request's body comes from.
    enum Upload {
        /// There is none, or libcurl has it.
        case none
        case memory(Data)
        case stream(UploadStream)
    }

    let raw: OpaquePointer
    let settings: LoopSettings
    let names: NameTable
    unowned let loop: EventLoop

    /// Nil while it has nothing to do, or nobody waits for what it does.
    var transfer: Transfer?
    var head = HeadReader()
    var body = BodyBuffer()
    var unpacker: Unpacker?
    var channel: BodyChannel?
    var upload = Upload.none
    /// How much of the request's body libcurl has.
    var uploaded = 0
    /// Why a callback has ended the transfer.
    var failure: (any Error)?
    /// Takes the body out of its chunks.
    var chunks = ChunkReader()
    /// How often the request has been sent, or begun to be.
    var sendings = 0
    /// Whether the kept connection that libcurl chose was no good; nothing was sent on it.
    var needsNewConnection = false
    var started: MonotonicTime?
    var lastPiece: MonotonicTime?
    /// Whether the reader has enough for now.
    var isFull = false
    /// Whether libcurl was told to wait, for the reader or for more of the request's body.
    var isPaused = false
    /// The scheme of the request's URL.
    var scheme = ""

    /// Throws when there is no memory.
    init(_ loop: EventLoop, settings: LoopSettings, names: NameTable) throws {
        guard let raw = clibcurl_transfer_create(loop.raw) else { throw EventLoop.outOfMemory }
        self.raw = raw
        self.loop = loop
        self.settings = settings
        self.names = names
        var callbacks = Self.callbacks
        clibcurl_transfer_tell(raw, &callbacks, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        clibcurl_transfer_free(raw)
        body.free()
    }

    /// Takes a transfer on; libcurl does not know of it yet. Throws what cannot be sent.
    func begin(_ transfer: Transfer) throws {
        self.transfer = transfer
        try renew()
        try prepare(transfer)
    }

    /// Takes a handle of libcurl's without a past. Throws when there is no memory, and `unsupported` for a setting that
    /// this libcurl does not know.
    func renew() throws {
        guard clibcurl_transfer_begin(raw) else { throw EventLoop.outOfMemory }
        try settings.apply(to: raw, givesAddresses: !loop.hasAddresses)
    }

    /// Begins the transfer again, of which nothing was sent, on a connection of its own. Throws what ``begin(_:)`` does.
    func beginAgain(_ transfer: Transfer) throws {
        (needsNewConnection, uploaded) = (false, 0)
        try renew()
        try prepare(transfer)
        _ = clibcurl_set_long(raw, CLIBCURL_FRESH_CONNECT, 1)
    }

    /// Forgets the transfer, so that another can be taken on.
    func end() {
        if case .stream(let stream) = upload { stream.stop() }
        transfer = nil
        head = HeadReader()
        chunks = ChunkReader()
        body.clear()
        (unpacker, channel, failure) = (nil, nil, nil)
        (upload, uploaded, sendings) = (.none, 0, 0)
        (started, lastPiece) = (nil, nil)
        (isFull, isPaused, needsNewConnection) = (false, false, false)
    }

    /// Whether it may have its connection together with other transfers.
    var isShared: Bool { scheme == "https" && settings.usesHTTP2 }

    /// The reader of the answer, or the producer of the request's body, can go on. Returns 0, or libcurl's code of what
    /// has ended the transfer.
    func resume() -> CInt {
        isFull = channel.map { !$0.wantsMore } ?? false
        guard isPaused else { return 0 }
        isPaused = false
        return clibcurl_resume(raw)
    }
}
#endif
