#if os(Linux)
import CLibcurl
import ResilientHTTP

/// How those who wait hear of what has ended.
extension EventLoop {
    /// Looks whether more answers have come in the meantime, so that those who wait are woken together: to wake a
    /// thread costs more than to look. Where there is much else to do, it comes with the next turn.
    func gatherMore() {
        collectEnded()
        for _ in 0..<8 where !settled.isEmpty && settled.count < 16 {
            let events = clibcurl_loop_wait(raw, 0)
            collectEnded()
            guard (1...8).contains(events) else { return }
        }
    }

    /// Gives what has ended to those who wait for it.
    func settleEnded() {
        collectEnded()
        guard !settled.isEmpty else { return }
        for (transfer, outcome) in settled { transfer.answer.settle(outcome) }
        settled.removeAll(keepingCapacity: true)
    }

    /// Takes what has ended back from libcurl.
    private func collectEnded() {
        // TLS says once that a connection is over. One stream has read it, and those beside it would wait on.
        while takeEnded() { clibcurl_loop_look(raw, false) }
    }

    /// Returns whether a transfer has failed that may have had others beside it.
    private func takeEnded() -> Bool {
        var code: CInt = 0
        var hasFailed = false
        while let owner = clibcurl_loop_next_ended(raw, &code) {
            let handle = EasyHandle.handle(owner)
            hasAddresses = true
            if let transfer = handle.transfer, handle.needsNewConnection {
                startAgain(handle, transfer)
            } else if let transfer = handle.transfer {
                let outcome = waitedInVain(code, handle).map { .failure($0) } ?? handle.outcome(code)
                let channel = handle.channel
                hasFailed = hasFailed || code != 0 && handle.isShared
                release(handle)
                tell(transfer, channel, outcome)
            } else {
                clibcurl_loop_remove(raw, handle.raw)
                if let handle = lingering.removeValue(forKey: ObjectIdentifier(handle)) { putBack(handle) }
            }
        }
        return hasFailed
    }

    /// Tells the caller when libcurl has been served.
    func settle(_ transfer: Transfer, _ outcome: Outcome) {
        settled.append((transfer, outcome))
    }

    /// Tells the caller how it ended, or the reader of what has come already.
    func tell(_ transfer: Transfer, _ channel: BodyChannel?, _ outcome: Outcome) {
        guard let channel else { return settle(transfer, outcome) }
        switch outcome {
        case .success(let response): channel.finish(trailers: response.trailers)
        case .failure(let error): channel.finish(throwing: error)
        }
    }
}
#endif
