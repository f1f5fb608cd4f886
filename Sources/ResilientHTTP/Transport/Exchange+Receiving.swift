import Foundation
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What URLSession reports.
extension Exchange {
    func received(_ head: HTTPURLResponse) {
        noteLife()
        // Rule 11: 100 and 103 come as responses of their own, before the answer.
        guard head.statusCode >= 200 else { return }
        if let problem = IncomingRules.problem(of: head, to: outgoing.method) { return fail(problem) }
        let now = runtime.now
        state.withLock { state in
            state.head = head
            state.lastPiece = now
        }
        switch bodyMode {
        case .bytes:
            if limits.wire.idle != nil { rearm() }
        case .stream(_, let buffer):
            beginStream(head, buffer: buffer)
        }
    }

    /// Gives the head to the caller, who reads the rest from a channel.
    private func beginStream(_ head: HTTPURLResponse, buffer: Int?) {
        let channel = BodyChannel(
            capacity: buffer ?? (isDownload ? Self.downloadBuffer : Self.streamBuffer),
            isWrittenByProducer: isDownload,
            onStop: { self.abandon() }
        )
        let (isFirst, timer) = state.withLock { state -> (Bool, ClockTimer?) in
            guard !state.isOver, state.channel == nil else { return (false, nil) }
            state.channel = channel
            defer { state.timer = nil }
            return (true, state.timer)
        }
        guard isFirst else { return }
        timer?.cancel()
        // Whoever has ended the exchange meanwhile drops the response, and with it the channel.
        result.resolve(.success(ClientResponse(head, body: .channel(channel), method: outgoing.method)))
    }

    /// The most bytes that wait for a reader. Large, because a reader who falls behind cannot slow the server down.
    private static var streamBuffer: Int { 16 << 20 }

    /// What may arrive before the file is open.
    private static var downloadBuffer: Int { 64 << 20 }

    func received(_ data: Data) {
        noteLife()
        switch bodyMode {
        case .bytes(let limit): collect(data, limit: limit)
        case .stream: pass(data)
        }
    }

    private func pass(_ data: Data) {
        guard let channel = state.withLock({ $0.channel }), channel.write(data) == .pause else { return }
        // Rule 5: nothing can slow the server down.
        fail(
            ResilientError(
                .responseTooLarge,
                "the stream's reader fell behind by \(channel.capacity) bytes, and URLSession cannot slow the server "
                    + "down; read faster, raise stream_buffer, or use CurlTransport",
                reachedServer: .yes
            )
        )
    }

    private func collect(_ data: Data, limit: Int) {
        let now = runtime.now
        let fits = state.withLock { state in
            guard !state.isOver else { return true }
            state.lastPiece = now
            guard data.count <= limit - state.body.count else { return false }
            if state.body.isEmpty {
                state.body = data
            } else {
                state.body.append(data)
            }
            return true
        }
        // Rule 5: there is no back-pressure, so a body that is too large is stopped, not read on into memory.
        if !fits { fail(ResponseBody.tooLarge(limit)) }
    }

    func sent(_ bytes: Int64, of total: Int64) {
        // A late word of an attempt that was given up must not come between those of the next.
        guard let onUpload, !state.withLock({ $0.isOver }) else { return }
        onUpload(TransferProgress(completed: bytes, total: total < 0 ? nil : total))
    }

    func completed(response: URLResponse?, error: (any Error)?) {
        leaveWire()
        let headArrived = state.withLock { state in
            state.task = nil
            return state.head != nil
        }
        let won =
            if let error {
                settle(.failure(URLSessionErrors.translate(error, headArrived: headArrived)))
            } else {
                finish(response: response)
            }
        if won { close() }
    }

    /// Rule 8: a redirect is never followed here. Answered under the lock that a cancellation is claimed with, because
    /// an answer that URLSession gets after a cancellation traps.
    func refuseRedirect(_ head: HTTPURLResponse, answer: (URLRequest?) -> Void) {
        state.withLock { state in
            state.head = head
            if !state.isCancelClaimed { answer(nil) }
        }
    }

    /// Rule 9: the answer of a 401 with a Basic challenge is all there, but its task would never end.
    func endAtChallenge(response: URLResponse?) {
        if finish(response: response) { abandon() }
    }

    /// Rule 10: curl has lost a kept-alive connection and is about to send the body again on a new one.
    func refuseSecondSending() {
        fail(
            ResilientError(
                .connectionLost,
                "the kept-alive connection was closed by the server while the request was sent; it was not sent again",
                reachedServer: .maybe
            )
        )
    }

    /// Ends the exchange with what has arrived.
    private func finish(response: URLResponse?) -> Bool {
        let (head, body) = state.withLock { state in
            defer { state.body = Data() }
            return (state.head, state.body)
        }
        // A refused redirect, and one without a Location, come without a call for their head.
        guard let head = head ?? response as? HTTPURLResponse else {
            return settle(
                .failure(ResilientError(.protocolError, "the answer has no HTTP head", reachedServer: .maybe))
            )
        }
        if let problem = IncomingRules.problem(of: head, to: outgoing.method) { return settle(.failure(problem)) }
        return settle(.success(ClientResponse(head, body: .bytes(body), method: outgoing.method)))
    }
}
