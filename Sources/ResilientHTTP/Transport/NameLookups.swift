import Foundation
import Synchronization

/// Looks names up before URLSession does, so that a call which gives up while its name is being looked up has not been
/// handed to URLSession yet.
///
/// libcurl looks names up on a thread of its own, but whoever takes a request away from it waits for that thread, and in
/// URLSession that is the one thread of all sessions: a name server that is silent for six seconds would stop every
/// request of the process for six seconds. What comes of the look-up does not matter here: libcurl repeats it, and says
/// in its own words what is wrong.
final class NameLookups: Sendable {
    private typealias Waiter = OneShot<Void>

    private struct State {
        /// Until when a name needs no look-up.
        var known: [String: MonotonicTime] = [:]
        /// Those who wait for a name, by its host and their ticket.
        var waiters: [String: [UInt64: Waiter]] = [:]
        /// What waits for a thread.
        var queued: [String] = []
        var running = 0
        var nextTicket: UInt64 = 0
    }

    /// As long as libcurl keeps an address itself.
    static let memory: Duration = .seconds(60)
    /// The most names that are remembered.
    static let nameLimit = 1024
    /// The most look-ups at the same time, each of which holds a thread.
    static let threadLimit = 64

    private let lookUp: (@Sendable (String) -> Bool)?
    private let state = Mutex(State())

    /// - Parameter lookUp: blocks until a name has been looked up, and says whether it has an address; nil for no
    ///   look-ups.
    init(lookUp: (@Sendable (String) -> Bool)? = NameLookups.system) {
        self.lookUp = lookUp
    }

    /// How many threads look something up, and how many calls wait, for tests.
    var counts: (running: Int, waiting: Int) {
        state.withLock { ($0.running, $0.waiters.values.reduce(0) { $0 + $1.count }) }
    }

    /// Waits until the name of an origin has been looked up.
    ///
    /// Throws `CancellationError`, the deadline's error or `clientClosed`, at once when its time has come.
    func wait(for origin: Origin, context: RequestContext) async throws {
        guard let lookUp, !origin.isLoopback, IPv4Address(origin.host) == nil else { return }
        let host = origin.host
        let now = context.runtime.now
        let waiting = state.withLock { state -> (ticket: UInt64, waiter: Waiter, starts: Bool)? in
            if let time = state.known[host], time > now { return nil }
            let (ticket, waiter) = (state.nextTicket, Waiter())
            state.nextTicket += 1
            let isFirst = state.waiters[host] == nil
            state.waiters[host, default: [:]][ticket] = waiter
            guard isFirst else { return (ticket, waiter, false) }
            let starts = state.running < Self.threadLimit
            if starts { state.running += 1 } else { state.queued.append(host) }
            return (ticket, waiter, starts)
        }
        guard let waiting else { return }
        if waiting.starts { start(host, lookUp, context.runtime) }
        let timer = context.deadline.map { deadline in
            context.runtime.schedule(at: deadline.instant) {
                waiting.waiter.resolve(.failure(deadline.error(reachedServer: .no)))
            }
        }
        defer {
            timer?.cancel()
            forget(waiting.ticket, host)
        }
        try await context.call.interruptible(waiting.waiter, onEnd: {})
    }

    /// An entry without waiters stays as long as its look-up runs.
    private func forget(_ ticket: UInt64, _ host: String) {
        state.withLock { state in _ = state.waiters[host]?.removeValue(forKey: ticket) }
    }

    /// On a thread of its own: nothing ends a look-up, and neither Swift's threads nor Dispatch's may be held by one.
    private func start(_ host: String, _ lookUp: @escaping @Sendable (String) -> Bool, _ runtime: ClientRuntime) {
        let thread = Thread { [self] in
            var next: String? = host
            while let name = next { next = end(name, isKnown: lookUp(name), at: runtime.now) }
        }
        thread.name = "ResilientHTTP names"
        thread.start()
    }

    /// Ends a look-up; returns what the thread is to look up next.
    private func end(_ host: String, isKnown: Bool, at now: MonotonicTime) -> String? {
        let (waiters, next) = state.withLock { state -> (Dictionary<UInt64, Waiter>.Values?, String?) in
            if isKnown {
                if state.known.count >= Self.nameLimit { state.known = state.known.filter { $0.value > now } }
                if state.known.count >= Self.nameLimit { state.known = [:] }
                state.known[host] = now + Self.memory
            }
            let waiters = state.waiters.removeValue(forKey: host)?.values
            // Names that nobody waits for any more are left out.
            while let next = state.queued.popLast() {
                if state.waiters[next]?.isEmpty == false { return (waiters, next) }
                state.waiters[next] = nil
            }
            state.running -= 1
            return (waiters, nil)
        }
        for waiter in waiters ?? [:].values { waiter.resolve(.success(())) }
        return next
    }
}

extension NameLookups {
    #if canImport(FoundationNetworking)
    /// The system's look-up; nil where a proxy does it.
    static let system: (@Sendable (String) -> Bool)? = {
        let variables = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        let environment = ProcessInfo.processInfo.environment
        guard variables.allSatisfy({ environment[$0]?.isEmpty ?? true }) else { return nil }
        return { host in
            var found: UnsafeMutablePointer<addrinfo>?
            defer { if let found { freeaddrinfo(found) } }
            return getaddrinfo(host, nil, nil, &found) == 0
        }
    }()
    #else
    /// Not needed.
    static let system: (@Sendable (String) -> Bool)? = nil
    #endif
}
