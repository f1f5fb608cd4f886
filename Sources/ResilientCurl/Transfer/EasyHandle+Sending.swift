#if os(Linux)
import CLibcurl
import Foundation
import ResilientHTTP

/// What libcurl asks while it sends.
extension EasyHandle {
    /// A request is about to be sent on a connection. It is asked again when a kept connection turns out to be closed,
    /// and then only what may be repeated goes on.
    ///
    /// `port` is the connection's on this side.
    func mayBeSent(from port: CInt) -> Bool {
        // Nobody waits any more.
        guard let transfer else { return false }
        guard sendings == 0 || transfer.mayBeRepeated else {
            failure = ResilientError(
                .connectionLost,
                "the server closed the kept connection while the request was sent, or refused it; it was not sent again",
                reachedServer: .maybe
            )
            return false
        }
        // What has come on it would be taken for the response.
        guard clibcurl_may_use(raw, port) else {
            needsNewConnection = true
            return false
        }
        sendings += 1
        loop.hasAddresses = true
        if transfer.limits.wire.firstByte != nil {
            started = transfer.runtime.now
            loop.watch(self, transfer)
        }
        return true
    }

    /// Fills libcurl's buffer from the body.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let transfer else { return CLIBCURL_ABORT }
        let count: Int
        switch upload {
        case .none:
            return 0
        case .memory(let data):
            count = data.dropFirst(uploaded).prefix(buffer.count).copyBytes(to: buffer)
        case .stream(let stream):
            switch stream.take(into: buffer, onBytes: { [loop] in loop.resume(transfer) }) {
            case .bytes(let bytes): count = bytes
            case .end: count = 0
            case .later:
                isPaused = true
                return CLIBCURL_PAUSE
            case .failed(let error):
                failure = error
                return CLIBCURL_ABORT
            }
        }
        uploaded += count
        if count > 0, transfer.context.wantsUploadProgress {
            let total = transfer.upload.map(\.length) ?? transfer.request.body.length
            transfer.context.reportUpload(TransferProgress(completed: Int64(uploaded), total: total.map(Int64.init)))
        }
        return count
    }

    /// libcurl wants to send the body again. What comes from a stream is gone: the call may make it anew.
    func rewind(to offset: Int) -> Bool {
        if case .stream = upload { return uploaded == offset }
        uploaded = offset
        return true
    }
}
#endif
