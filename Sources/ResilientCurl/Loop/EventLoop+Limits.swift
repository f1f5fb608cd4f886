#if os(Linux)
import CLibcurl
import ResilientHTTP

/// The time limits of transfers.
extension EventLoop {
    /// Keeps the time limits of a transfer.
    func watch(_ handle: EasyHandle, _ transfer: Transfer) {
        // Once the body is read as it arrives, the client bounds it.
        guard handle.channel == nil,
            let next = transfer.limits.next(started: handle.started, lastPiece: handle.lastPiece)
        else { return }
        let runtime = transfer.runtime
        if let index = watches.firstIndex(where: { $0.runtime === runtime }) {
            return watches[index].expect(next.time)
        }
        var watch = LimitWatch(runtime) { [weak self] in self?.add(.lookAtLimits) }
        watch.expect(next.time)
        watches.append(watch)
    }

    func lookAtLimits() {
        for index in watches.indices.reversed() {
            guard watches.indices.contains(index), watches[index].isDue() else { continue }
            let runtime = watches[index].runtime
            let now = runtime.now
            for case let handle? in handles {
                guard let transfer = handle.transfer, transfer.runtime === runtime, handle.channel == nil else {
                    continue
                }
                let next = transfer.limits.next(started: handle.started, lastPiece: handle.lastPiece)
                guard let next, next.time <= now else {
                    watch(handle, transfer)
                    continue
                }
                let isAttempt = transfer.limits.deadline?.kind == .attempt
                let error = isAttempt ? waitError(handle, "attempt timeout") : nil
                fail(handle, error ?? next.error(reachedServer: handle.reachedServer))
            }
        }
    }
}

extension EventLoop {
    /// An attempt that found no connection in its time says nothing about the server, and another one would only
    /// lengthen the line: it is a local refusal and not a timeout.
    private func waitError(_ handle: EasyHandle, _ what: String) -> ResilientError? {
        guard handle.isWaitingForConnection, underWay > min(settings.pool.maxConnections, settings.pool.maxPerHost)
        else { return nil }
        return ResilientError(
            .queueFull,
            "no connection became free within the \(what); raise pool.max_connections "
                + "(\(settings.pool.maxConnections)) or pool.max_per_host (\(settings.pool.maxPerHost)), or send less "
                + "at once",
            reachedServer: .no
        )
    }

    /// libcurl's time to connect includes the wait for a connection that another request has. Where connections are
    /// shared, what is waited for may be one that is just being made, and then it is the server's fault.
    func waitedInVain(_ code: CInt, _ handle: EasyHandle) -> ResilientError? {
        code == CurlErrors.timedOut && !handle.isShared ? waitError(handle, "time to connect") : nil
    }
}
#endif
