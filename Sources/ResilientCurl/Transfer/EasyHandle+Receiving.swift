#if os(Linux)
import CLibcurl
import Foundation
import ResilientHTTP

/// What libcurl receives.
extension EasyHandle {
    /// A header line. Returns false to end the transfer.
    func header(_ line: UnsafeRawBufferPointer) -> Bool {
        switch head.read(line.bindMemory(to: UInt8.self), names) {
        case .part: return true
        case .wrong(let problem): return fail(.protocolError, problem)
        case .tooLarge(let problem): return fail(.responseTooLarge, problem)
        case .end:
            headHasEnded()
            return true
        }
    }

    private func fail(_ code: ResilientError.Code, _ problem: String) -> Bool {
        failure = ResilientError(code, problem, reachedServer: .yes)
        return false
    }

    private func headHasEnded() {
        guard let transfer else { return }
        lookAfterConnection(transfer)
        // libcurl does not end a transfer whose upload has paused, also not when the server wants no more of it.
        if isPaused, transfer.upload != nil { loop.resume(transfer) }
        // A part of a packed body cannot be unpacked.
        if settings.decompresses, !head.contentEncoding.isEmpty, hasBody(transfer), head.status != 206 {
            unpacker = Unpacker(head.contentEncoding)
        }
        switch transfer.context.body {
        case .bytes(let limit):
            if transfer.limits.wire.idle != nil {
                lastPiece = transfer.runtime.now
                loop.watch(self, transfer)
            }
            if let length = head.framing.length, length <= limit, unpacker == nil, hasBody(transfer) {
                body.expect(length)
            }
        case .stream(_, let buffer):
            let channel = BodyChannel(
                capacity: buffer ?? Self.streamBuffer,
                onDemand: { [loop] in loop.resume(transfer) },
                onStop: { [loop] in loop.cancel(transfer) }
            )
            self.channel = channel
            loop.settle(transfer, .success(response(.channel(channel))))
        }
    }

    /// Says what the connection speaks, and when it is not to be used again.
    private func lookAfterConnection(_ transfer: Transfer) {
        clibcurl_introduce(raw, head.isHTTP1, settings.mayTunnelTLS)
        guard head.isHTTP1 else { return }
        if head.framing.isDoubtful(isHTTP10: head.isHTTP10) { clibcurl_leave_connection(raw) }
        if settings.keepsExcess || !hasBody(transfer) || head.framing.length == 0 { clibcurl_leave_on_excess(raw) }
    }

    /// The most bytes that wait for a reader.
    private static var streamBuffer: Int { 256 << 10 }

    private func hasBody(_ transfer: Transfer) -> Bool {
        transfer.request.method != .head && head.status != 204 && head.status != 304
    }

    /// A piece of the body. Returns how much is taken, or that the rest is to wait.
    func piece(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard transfer != nil else { return 0 }
        if isFull { return pause() }
        if head.isHTTP1, head.framing.isChunked { return chunk(bytes) }
        switch unpack(bytes) {
        case .taken: return bytes.count
        case .paused: return pause()
        case .stopped: return 0
        case .broken:
            failure = Self.notUnpacked("is not what its Content-Encoding says")
            return 0
        }
    }

    private func unpack(_ bytes: UnsafeRawBufferPointer) -> Unpacker.Step {
        if let unpacker { return unpacker.unpack(bytes, take) }
        return take(bytes) == .stop ? .stopped : .taken
    }

    private func chunk(_ bytes: UnsafeRawBufferPointer) -> Int {
        let step = chunks.read(bytes, take: unpack) { line in
            switch head.read(line, names) {
            case .part, .end: nil
            case .wrong(let problem): .wrong(problem)
            case .tooLarge: .tooLarge
            }
        }
        // libcurl says nothing of what it has read behind the last chunk.
        if chunks.hasExcess { clibcurl_leave_connection(raw) }
        switch step {
        case .taken: return bytes.count
        case .paused: return pause()
        case .stopped: return 0
        case .wrong(let problem): _ = fail(.protocolError, problem)
        case .tooLarge: _ = fail(.responseTooLarge, "the response's trailer fields are too large")
        }
        return 0
    }

    private func pause() -> Int {
        isPaused = true
        return CLIBCURL_PAUSE
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Unpacker.Demand {
        if let channel {
            switch channel.write(Data(bytes)) {
            case .more: return .more
            case .stop: return .stop
            case .pause:
                isFull = true
                return .pause
            }
        }
        guard let transfer, case .bytes(let limit) = transfer.context.body else { return .stop }
        guard bytes.count <= limit - body.count else {
            failure = ResponseBody.tooLarge(limit)
            return .stop
        }
        if transfer.limits.wire.idle != nil { lastPiece = transfer.runtime.now }
        body.append(bytes)
        return .more
    }
}

// MARK: - The end

extension EasyHandle {
    /// The answer with its head. Of a body that was unpacked, `Content-Encoding` and `Content-Length` describe bytes
    /// that nobody sees: both are removed, as URLSessionTransport does.
    private func response(_ body: ResponseBody) -> ClientResponse {
        var fields = head.takeFields()
        if unpacker != nil { fields.removeAll { $0.name == .contentEncoding || $0.name == .contentLength } }
        var response = ClientResponse(
            status: .init(head.status),
            headers: HeaderFields(fields),
            body: body,
            connection: connectionFacts
        )
        if unpacker != nil { response.isUnpacked = true }
        return response
    }

    /// How the transfer has ended, with what libcurl says.
    func outcome(_ code: CInt) -> Result<ClientResponse, any Error> {
        if let failure { return .failure(failure) }
        guard code == 0 || isWhole(code) else { return .failure(CurlErrors.error(code, self)) }
        guard head.isComplete else {
            return .failure(
                ResilientError(
                    .connectionLost,
                    "the connection ended within the answer's head",
                    reachedServer: head.hasBegun ? .yes : .maybe
                )
            )
        }
        if isChunked, !chunks.isOver {
            let problem = "the response's chunks end before the last one"
            return .failure(ResilientError(.protocolError, problem, reachedServer: .yes))
        }
        if let unpacker, !unpacker.isWhole { return .failure(Self.notUnpacked("ends before its end")) }
        let trailers = HeaderFields(head.trailers)
        // Of a streamed answer the head is gone already.
        return .success(
            channel == nil
                ? response(.bytes(body.take(), trailers: trailers))
                : ClientResponse(status: .init(head.status), body: .bytes(Data(), trailers: trailers))
        )
    }

    private var isChunked: Bool {
        guard let transfer, head.isHTTP1, head.framing.isChunked else { return false }
        return hasBody(transfer)
    }

    /// Whether the response is whole, although libcurl finds fault with what came behind it.
    private func isWhole(_ code: CInt) -> Bool {
        guard let transfer, head.isComplete else { return false }
        return isChunked ? chunks.isOver : code == CurlErrors.weirdReply && !hasBody(transfer)
    }

    private static func notUnpacked(_ problem: String) -> ResilientError {
        ResilientError(.protocolError, "the answer's compressed body \(problem)", reachedServer: .yes)
    }
}
#endif
