#if os(Linux)
import CLibcurl
import Foundation
import ResilientHTTP
import Synchronization

/// The thread that a transport's requests are on: it waits for sockets and commands and lets libcurl do the rest.
///
/// Commands are taken, and answers are given back, as many at a time as there are; a command wakes the thread only when
/// it sleeps.
///
/// `@unchecked Sendable`, because it owns libcurl's handles, which are C pointers: all that is not a command is touched
/// by the loop's thread alone, from ``run()`` on.
final class EventLoop: @unchecked Sendable {
    typealias Outcome = Result<ClientResponse, any Error>

    let raw: OpaquePointer
    private let commands = CommandQueue()
    private let settings: LoopSettings
    /// Whether there is somebody to wake. Not the commands' lock, which the loop takes as soon as it wakes.
    private let isOpen = Mutex(true)
    private let names = NameTable()

    // MARK: The loop's thread only

    /// By place; nil where there is room.
    private var handles: [EasyHandle?] = []
    private var freePlaces: [Int] = []
    private var spare: [EasyHandle] = []
    /// Handles that must wait for an address before they can be let go.
    private var lingering: [ObjectIdentifier: EasyHandle] = [:]
    private var watches: [LimitWatch] = []
    /// What is to be told when libcurl has been served.
    private var settled: [(transfer: Transfer, outcome: Outcome)] = []
    private var idle: IdleConnections
    private var streams = SharedStreams()

    /// Starts the thread. Throws `unsupported` for a setting that this libcurl does not know.
    init(_ configuration: CurlConfiguration, _ library: CurlLibrary) throws {
        let pool = configuration.pool
        let limits = clibcurl_limits(max_connections: pool.maxConnections, max_per_host: pool.maxPerHost)
        guard let raw = clibcurl_loop_create(limits) else { throw Self.outOfMemory }
        self.raw = raw
        settings = LoopSettings(configuration, library)
        idle = IdleConnections(raw, settings)
        // Shows at once whether the settings can be kept.
        spare.append(try EasyHandle(self, settings: settings, names: names))
        let thread = Thread { self.run() }
        thread.name = "ResilientCurl"
        thread.start()
    }

    deinit {
        // When it has not even begun.
        free()
    }

    /// Nobody wakes it any more, and its descriptors are closed. Counts once.
    private func free() {
        isOpen.withLock { isOpen in
            if isOpen { clibcurl_loop_free(raw) }
            isOpen = false
        }
    }

    static var outOfMemory: ResilientError {
        ResilientError(.unsupported, "libcurl could not be set up: out of memory", reachedServer: .no)
    }
}

// MARK: - From any thread

extension EventLoop {
    /// Throws `clientClosed` after ``close(_:)``.
    func start(_ transfer: Transfer) throws {
        if try commands.add(.start(transfer)) { wake() }
    }

    /// Ends a transfer that nobody waits for any more.
    func cancel(_ transfer: Transfer) { add(.cancel(transfer)) }

    /// Lets a transfer go on, because its reader or the producer of its body can.
    func resume(_ transfer: Transfer) { add(.resume(transfer)) }

    /// Ends everything with `clientClosed`. `onOver` is told when no connection is left.
    func close(_ onOver: OneShot<Void>?) {
        if commands.close(onOver) { wake() }
    }

    private func add(_ command: CommandQueue.Command) {
        // Only a start throws.
        if (try? commands.add(command)) == true { wake() }
    }

    private func wake() {
        isOpen.withLock { if $0 { clibcurl_loop_wake(raw) } }
    }
}

// MARK: - Turning

extension EventLoop {
    private func run() {
        clibcurl_block_sigpipe()
        var taken: [CommandQueue.Command] = []
        while !commands.take(&taken) {
            for command in taken { perform(command) }
            taken.removeAll(keepingCapacity: true)
            clibcurl_loop_run(raw)
            settleEnded()
            let patience = patience
            clibcurl_loop_wait(raw, commands.fallAsleep() ? patience : 0)
            gatherMore()
            settleEnded()
            if streams.isDue() {
                clibcurl_loop_look(raw, true)
                settleEnded()
            }
            closeIdleConnections()
        }
        end(taken)
    }

    /// How long to sleep, in milliseconds; -1 for ever.
    private var patience: CInt {
        let (closing, look) = (idle.next(isLingering: !lingering.isEmpty), streams.next)
        guard let earliest = closing.map({ min($0, look ?? $0) }) ?? look else { return -1 }
        return CInt(clamping: max(0, Int(ContinuousClock.now.duration(to: earliest) / .milliseconds(1))) + 1)
    }

    private func perform(_ command: CommandQueue.Command) {
        switch command {
        case .start(let transfer):
            begin(transfer)
        case .cancel(let transfer):
            handle(of: transfer).map(abandon)
        case .resume(let transfer):
            guard let handle = handle(of: transfer) else { return }
            // What was kept back is read at once, and may be wrong.
            let code = handle.resume()
            if code != 0 || handle.failure != nil { fail(handle, handle.failure ?? CurlErrors.error(code, handle)) }
        case .lookAtLimits:
            lookAtLimits()
        }
    }

    private func handle(of transfer: Transfer) -> EasyHandle? {
        let place = transfer.place.load(ordering: .relaxed)
        return place < 0 ? nil : handles[place]
    }

    private func begin(_ transfer: Transfer) {
        var taken: EasyHandle?
        do {
            let handle = try spare.popLast() ?? EasyHandle(self, settings: settings, names: names)
            taken = handle
            try handle.begin(transfer)
            let code = clibcurl_loop_add(raw, handle.raw)
            guard code == 0 else { throw Self.outOfMemory }
            enter(handle, transfer)
        } catch {
            taken.map(putBack)
            settle(transfer, .failure(error))
        }
    }

    private func enter(_ handle: EasyHandle, _ transfer: Transfer) {
        let place = freePlaces.popLast() ?? handles.count
        if place == handles.count { handles.append(handle) } else { handles[place] = handle }
        transfer.place.store(place, ordering: .relaxed)
        if handle.isShared { streams.begin() }
        idle.requestBegins(underWay: underWay)
        watch(handle, transfer)
    }

    private func leave(_ transfer: Transfer) {
        let place = transfer.place.exchange(-1, ordering: .relaxed)
        if handles[place]?.isShared == true { streams.end() }
        handles[place] = nil
        freePlaces.append(place)
        guard underWay == 0 else { return }
        idle.lastRequestEnded()
        for index in watches.indices { watches[index].stop() }
        watches = []
    }

    private var underWay: Int { handles.count - freePlaces.count }

    private func closeIdleConnections() {
        guard idle.closeThoseOver(underWay: underWay, isLingering: !lingering.isEmpty) else { return }
        // None was needed for long, so few handles will be.
        if spare.count > Self.restingSpares { spare.removeLast(spare.count - Self.restingSpares) }
    }

    private static let restingSpares = 16

    /// Looks whether more answers have come in the meantime, so that those who wait are woken together: to wake a
    /// thread costs more than to look. Where there is much else to do, it comes with the next turn.
    private func gatherMore() {
        collectEnded()
        for _ in 0..<8 where !settled.isEmpty && settled.count < 16 {
            let events = clibcurl_loop_wait(raw, 0)
            collectEnded()
            guard (1...8).contains(events) else { return }
        }
    }

    /// Gives what has ended to those who wait for it.
    private func settleEnded() {
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
            if let transfer = handle.transfer {
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
    private func tell(_ transfer: Transfer, _ channel: BodyChannel?, _ outcome: Outcome) {
        guard let channel else { return settle(transfer, outcome) }
        switch outcome {
        case .success(let response): channel.finish(trailers: response.trailers)
        case .failure(let error): channel.finish(throwing: error)
        }
    }
}

// MARK: - Ending transfers

extension EventLoop {
    /// Takes a handle away from libcurl, whatever it is at, and from its transfer.
    private func release(_ handle: EasyHandle) {
        if let transfer = handle.transfer { leave(transfer) }
        clibcurl_loop_remove(raw, handle.raw)
        putBack(handle)
    }

    private func putBack(_ handle: EasyHandle) {
        handle.end()
        // As many as are worth their memory.
        if spare.count < 256 { spare.append(handle) }
    }

    /// Ends a transfer that nobody waits for.
    private func abandon(_ handle: EasyHandle) {
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

    private func fail(_ handle: EasyHandle, _ error: any Error) {
        guard let transfer = handle.transfer else { return }
        let channel = handle.channel
        abandon(handle)
        tell(transfer, channel, .failure(error))
    }

    /// The end of the loop.
    private func end(_ commands: [CommandQueue.Command]) {
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

// MARK: - Time

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

    private func lookAtLimits() {
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
    private func waitedInVain(_ code: CInt, _ handle: EasyHandle) -> ResilientError? {
        code == CurlErrors.timedOut && !handle.isShared ? waitError(handle, "time to connect") : nil
    }
}

extension EasyHandle {
    /// How far the request has come.
    var reachedServer: ResilientError.ReachedServer {
        if head.hasBegun { return .yes }
        let isSent = settings.tellsSendings ? sendings > 0 : clibcurl_info_long(raw, CLIBCURL_INFO_REQUEST_SIZE) > 0
        return isSent ? .maybe : .no
    }

    /// Whether libcurl has not even begun to look for a connection.
    var isWaitingForConnection: Bool {
        reachedServer == .no && !clibcurl_is_resolving(raw)
            && clibcurl_info_size(raw, CLIBCURL_INFO_NAMELOOKUP_TIME) == 0
    }
}
#endif
