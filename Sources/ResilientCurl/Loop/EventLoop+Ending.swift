#if os(Linux)
import CLibcurl
import ResilientHTTP

/// How transfers are taken back from libcurl.
extension EventLoop {
    /// Takes a handle away from libcurl, whatever it is at, and from its transfer.
    func release(_ handle: EasyHandle) {
        if let transfer = handle.transfer { leave(transfer) }
        clibcurl_loop_remove(raw, handle.raw)
        putBack(handle)
    }

    func putBack(_ handle: EasyHandle) {
        handle.end()
        clibcurl_transfer_end(handle.raw)
        // As many as are worth their memory.
        if spare.count < 256 { spare.append(handle) }
    }

    /// Sends a request that was kept back, because the connection that libcurl had chosen for it was no good.
    func startAgain(_ handle: EasyHandle, _ transfer: Transfer) {
        clibcurl_loop_remove(raw, handle.raw)
        do {
            try handle.beginAgain(transfer)
            guard clibcurl_loop_add(raw, handle.raw) == 0 else { throw Self.outOfMemory }
        } catch {
            leave(transfer)
            putBack(handle)
            settle(transfer, .failure(error))
        }
    }

    /// Ends a transfer that nobody waits for.
    func abandon(_ handle: EasyHandle) {
        // Through a proxy a name may be looked up after the connection is there, and nobody says when that is over.
        guard clibcurl_is_resolving(handle.raw), handle.sendings == 0, !handle.head.hasBegun,
            let transfer = handle.transfer
        else {
            // libcurl tells the server of a stream's end with the next thing that it sends on the connection. Where
            // there is no other stream that it could be sent for, the connection's end says so at once.
            settings.keepConnection(false, of: handle.raw)
            release(handle)
            settings.keepConnection(true, of: handle.raw)
            return
        }
        // libcurl before 7.87 would wait for the address right here.
        leave(transfer)
        handle.end()
        clibcurl_give_up(handle.raw)
        lingering[ObjectIdentifier(handle)] = handle
    }

    func fail(_ handle: EasyHandle, _ error: any Error) {
        guard let transfer = handle.transfer else { return }
        let channel = handle.channel
        abandon(handle)
        tell(transfer, channel, .failure(error))
    }

    /// The end of the loop.
    func end(_ commands: [CommandQueue.Command]) {
        for case .start(let transfer) in commands { settle(transfer, .failure(CommandQueue.closed)) }
        for case let handle? in handles { fail(handle, Self.closedUnderWay) }
        settleEnded()
        for handle in lingering.values { clibcurl_loop_remove(raw, handle.raw) }
        (lingering, spare, handles) = ([:], [], [])
        let (waiting, rest) = self.commands.over()
        free()
        for case .start(let transfer) in rest { transfer.answer.settle(.failure(CommandQueue.closed)) }
        for shot in waiting { shot.resolve(.success(())) }
    }

    /// What was under way may have arrived.
    private static var closedUnderWay: ResilientError {
        var error = CommandQueue.closed
        error.reachedServer = .maybe
        return error
    }
}
#endif
