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
    let commands = CommandQueue()
    let settings: LoopSettings
    /// Whether there is somebody to wake. Not the commands' lock, which the loop takes as soon as it wakes.
    private let isOpen = Mutex(true)
    let names = NameTable()

    // MARK: The loop's thread only

    /// By place; nil where there is room.
    var handles: [EasyHandle?] = []
    var freePlaces: [Int] = []
    var spare: [EasyHandle] = []
    /// Handles that must wait for an address before they can be let go.
    var lingering: [ObjectIdentifier: EasyHandle] = [:]
    var watches: [LimitWatch] = []
    /// What is to be told when libcurl has been served.
    var settled: [(transfer: Transfer, outcome: Outcome)] = []
    var idle: IdleConnections
    var streams = SharedStreams()

    /// Whether libcurl has taken the addresses that were given: from then on they run out, or stay, as they were meant to.
    var hasAddresses = false

    /// Starts the thread. Throws `unsupported` for a setting that this libcurl does not know.
    init(_ configuration: CurlConfiguration, _ library: CurlLibrary) throws {
        let pool = configuration.pool
        let limits = clibcurl_limits(max_connections: pool.maxConnections, max_per_host: pool.maxPerHost)
        guard let raw = clibcurl_loop_create(limits) else { throw Self.outOfMemory }
        self.raw = raw
        settings = LoopSettings(configuration, library)
        idle = IdleConnections(raw, settings)
        // Shows at once whether the settings can be kept.
        let handle = try EasyHandle(self, settings: settings, names: names)
        try handle.renew()
        putBack(handle)
        let thread = Thread { self.run() }
        thread.name = "ResilientCurl"
        thread.start()
    }

    deinit {
        // When it has not even begun.
        free()
    }

    /// Nobody wakes it any more, and its descriptors are closed. Counts once.
    func free() {
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

    func add(_ command: CommandQueue.Command) {
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
            if !settings.tellsSendings { clibcurl_loop_check_idle(raw) }
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

    func leave(_ transfer: Transfer) {
        let place = transfer.place.exchange(-1, ordering: .relaxed)
        if handles[place]?.isShared == true { streams.end() }
        handles[place] = nil
        freePlaces.append(place)
        guard underWay == 0 else { return }
        idle.lastRequestEnded()
        for index in watches.indices { watches[index].stop() }
        watches = []
    }

    var underWay: Int { handles.count - freePlaces.count }

    private func closeIdleConnections() {
        guard idle.closeThoseOver(underWay: underWay, isLingering: !lingering.isEmpty) else { return }
        // None was needed for long, so few handles will be.
        if spare.count > Self.restingSpares { spare.removeLast(spare.count - Self.restingSpares) }
    }

    private static let restingSpares = 16
}
#endif
