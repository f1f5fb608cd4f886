import Synchronization

/// Bounds how many requests are on the wire at once, in total and to each origin (rule 7).
///
/// URLSession has no total limit, and what waits in its own queue is charged to its timeouts; so whoever may not
/// start waits here. Waiters of one origin are served in their order, and so are the origins among each other; an
/// origin that is full holds up nobody else.
///
/// A waiter first gets a place of its origin, then one of the total: only waiters that need nothing but the latter
/// stand in the common line. Origins without requests are forgotten, so the map is no larger than what is under way.
final class ConnectionLimiter: Sendable {
    /// The right to have one request on the wire.
    final class Place: Sendable {
        /// Shared by the places of one origin.
        let pulse: OriginPulse
        let origin: Origin
        private let limiter: ConnectionLimiter
        private let isTaken = Atomic<Bool>(true)

        fileprivate init(_ limiter: ConnectionLimiter, _ origin: Origin, _ pulse: OriginPulse) {
            self.limiter = limiter
            self.origin = origin
            self.pulse = pulse
        }

        deinit { giveBack() }

        /// Gives the place to whoever is next. Counts once, and says whether this was it.
        @discardableResult
        func giveBack() -> Bool {
            guard isTaken.exchange(false, ordering: .relaxed) else { return false }
            limiter.release(origin)
            return true
        }
    }

    private struct Waiter {
        let ticket: UInt64
        let origin: Origin
        let pulse: OriginPulse
        let granted: OneShot<Void>
    }

    private typealias Line = IndexedHeap<Waiter>

    private struct OriginState {
        var used = 0
        var waiting = Line { $0.ticket < $1.ticket }
        let pulse = OriginPulse()
    }

    private struct State {
        var isClosed = false
        var used = 0
        var origins: [Origin: OriginState] = [:]
        /// Those who have a place of their origin and need one of the total.
        var ready = Line { $0.ticket < $1.ticket }
        /// Where each waiter stands.
        var handles: [UInt64: (isReady: Bool, handle: Line.Handle)] = [:]
        var nextTicket: UInt64 = 0
    }

    private let total: Int
    private let perOrigin: Int
    private let state = Mutex(State())

    init(total: Int, perOrigin: Int) {
        self.total = max(1, total)
        self.perOrigin = max(1, perOrigin)
    }

    /// How many places are taken, how many wait, how many origins are known.
    var counts: (used: Int, waiting: Int, origins: Int) {
        state.withLock { ($0.used, $0.handles.count, $0.origins.count) }
    }

    /// Waits for a place.
    ///
    /// Throws `CancellationError`, `deadlineExceeded`, `queueFull` or `clientClosed`, at once when its time has come.
    func acquire(_ origin: Origin, context: RequestContext) async throws -> Place {
        let (pulse, waiter) = try state.withLock { state -> (OriginPulse, Waiter?) in
            if state.isClosed { throw CallRegistry.closed }
            var known = state.origins[origin] ?? OriginState()
            if state.used < total, known.used < perOrigin {
                state.used += 1
                known.used += 1
                state.origins[origin] = known
                return (known.pulse, nil)
            }
            let waiter = enqueue(origin, &state)
            return (waiter.pulse, waiter)
        }
        guard let waiter else { return Place(self, origin, pulse) }
        let abandon: @Sendable () -> Void = { [self] in self.abandon(waiter.ticket, origin) }
        let timer = context.deadline.map { deadline in
            context.runtime.schedule(at: deadline.instant) { [self] in
                if waiter.granted.resolve(.failure(waitError(deadline))) { abandon() }
            }
        }
        defer { timer?.cancel() }
        try await context.call.interruptible(waiter.granted, onEnd: abandon)
        return Place(self, origin, pulse)
    }

    /// An attempt that found no place in its time says nothing about the server, and another one would only lengthen
    /// the line: it is a local refusal and not a timeout.
    private func waitError(_ deadline: Deadline) -> ResilientError {
        guard deadline.kind == .attempt else { return deadline.error(reachedServer: .no) }
        return ResilientError(
            .queueFull,
            "no connection became free within the attempt timeout of \(deadline.timeout.decimalSeconds) s; raise "
                + "pool.max_connections (\(total)) or pool.max_per_host (\(perOrigin)), or send less at once",
            reachedServer: .no
        )
    }

    /// Ends every wait with `clientClosed`, now and later.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            var waiters: [Waiter] = []
            while let waiter = state.ready.popFirst() {
                state.origins[waiter.origin]?.used -= 1
                waiters.append(waiter)
            }
            for origin in Array(state.origins.keys) {
                while let waiter = state.origins[origin]?.waiting.popFirst() { waiters.append(waiter) }
                forgetIfIdle(origin, &state)
            }
            state.handles = [:]
            return waiters
        }
        for waiter in waiters { waiter.granted.resolve(.failure(CallRegistry.closed)) }
    }
}

// MARK: - Moving on

extension ConnectionLimiter {
    private func enqueue(_ origin: Origin, _ state: inout State) -> Waiter {
        var known = state.origins[origin] ?? OriginState()
        let waiter = Waiter(ticket: state.nextTicket, origin: origin, pulse: known.pulse, granted: OneShot())
        state.nextTicket += 1
        if known.used < perOrigin {
            known.used += 1
            state.handles[waiter.ticket] = (true, state.ready.insert(waiter))
        } else {
            state.handles[waiter.ticket] = (false, known.waiting.insert(waiter))
        }
        state.origins[origin] = known
        return waiter
    }

    fileprivate func release(_ origin: Origin) {
        let next = state.withLock { state in
            state.used -= 1
            passOn(origin, &state)
            return grant(&state)
        }
        hand(next)
    }

    /// A waiter has gone. When it had been granted its place at the same moment, whoever granted it learns that from
    /// its lost claim and passes the place on.
    private func abandon(_ ticket: UInt64, _ origin: Origin) {
        let next = state.withLock { state -> Waiter? in
            guard let place = state.handles.removeValue(forKey: ticket) else { return nil }
            if place.isReady {
                _ = state.ready.remove(place.handle)
                passOn(origin, &state)
            } else {
                _ = state.origins[origin]?.waiting.remove(place.handle)
            }
            return grant(&state)
        }
        hand(next)
    }

    /// Gives one place of an origin to the first of its line.
    private func passOn(_ origin: Origin, _ state: inout State) {
        if let waiter = state.origins[origin]?.waiting.popFirst() {
            state.handles[waiter.ticket] = (true, state.ready.insert(waiter))
        } else {
            state.origins[origin]?.used -= 1
            forgetIfIdle(origin, &state)
        }
    }

    private func forgetIfIdle(_ origin: Origin, _ state: inout State) {
        guard let known = state.origins[origin], known.used == 0, known.waiting.isEmpty else { return }
        state.origins[origin] = nil
    }

    private func grant(_ state: inout State) -> Waiter? {
        guard state.used < total, let waiter = state.ready.popFirst() else { return nil }
        state.handles[waiter.ticket] = nil
        state.used += 1
        return waiter
    }

    private func hand(_ waiter: Waiter?) {
        // One place has become free, so one waiter gets it; one that has just gone passes it on, not recursively.
        var next = waiter
        while let waiter = next, !waiter.granted.resolve(.success(())) {
            next = state.withLock { state in
                state.used -= 1
                passOn(waiter.origin, &state)
                return grant(&state)
            }
        }
    }
}
