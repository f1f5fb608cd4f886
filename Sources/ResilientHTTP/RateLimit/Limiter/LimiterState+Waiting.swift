extension LimiterState {
    private enum Outlook {
        /// Everything is there and nobody who came earlier wants it.
        case ready
        /// It is the first everywhere, and everything will be there at a time.
        case later(MonotonicTime)
        /// Somebody who came earlier waits for one of its keys.
        case behind
    }

    /// Puts a call into the lines of the keys that lack what it wants.
    mutating func enqueue(_ call: LimiterCall, end: MonotonicTime?, now: MonotonicTime, limiter: RateLimiter) -> Waiter
    {
        let waiter = Waiter(ticket: nextTicket, call: call, end: end, limiter: limiter)
        nextTicket += 1
        standing[waiter.ticket] = Standing(waiter: waiter)
        if let end, end < .distantFuture {
            standing[waiter.ticket]?.end = ends.insert(WaitEnd(time: end, ticket: waiter.ticket))
        }
        if case .later(let time) = outlook(of: waiter.ticket, now: now) { setWakes(of: waiter.ticket, time) }
        return waiter
    }

    /// Takes a waiter out of its lines; nil when it has gone already. Its lines are to be looked at then.
    mutating func leave(_ ticket: UInt64) -> Standing? {
        guard let standing = standing.removeValue(forKey: ticket) else { return nil }
        if let end = standing.end { _ = ends.remove(end) }
        for (place, handle) in standing.places {
            guard var line = tables[place.rule][place.slot].line else { continue }
            tables[place.rule][place.slot].line = nil
            line.remove(handle)
            if line.isEmpty {
                if let wake = line.wake { _ = wakes.remove(wake) }
            } else {
                tables[place.rule][place.slot].line = line
            }
        }
        return standing
    }

    /// Serves lines from their heads, as far as there is something, and the lines that those who go leave behind.
    mutating func serve(_ places: [Place], now: MonotonicTime, into woken: inout [Woken]) {
        var places = places
        while let place = places.popLast() {
            line: while let ticket = tables[place.rule][place.slot].line?.first {
                switch outlook(of: ticket, now: now) {
                case .behind:
                    break line
                case .later(let time):
                    setWakes(of: ticket, time)
                    break line
                case .ready:
                    guard let standing = leave(ticket) else { break line }
                    let grant = takeAll(standing.waiter, now: now)
                    woken.append(Woken(waiter: standing.waiter, grant: grant))
                    places += standing.places.map(\.place).filter { $0 != place }
                }
            }
        }
    }

    /// Serves the lines whose time has come, then ends the waits whose time is up.
    mutating func serveDue(now: MonotonicTime, into woken: inout [Woken]) {
        while let wake = wakes.first, wake.time <= now {
            _ = wakes.popFirst()
            tables[wake.place.rule][wake.place.slot].line?.wake = nil
            serve([wake.place], now: now, into: &woken)
        }
        while let end = ends.first, end.time <= now {
            guard let standing = leave(end.ticket) else {
                _ = ends.popFirst()
                continue
            }
            woken.append(Woken(waiter: standing.waiter, grant: nil))
            serve(standing.places.map(\.place), now: now, into: &woken)
        }
    }

    /// When somebody has to look again; nil when nobody waits.
    var nextEvent: MonotonicTime? {
        switch (wakes.first?.time, ends.first?.time) {
        case (let wake?, let end?): min(wake, end)
        case (let wake, let end): wake ?? end
        }
    }

    /// Looks at all limits for a waiter, and puts it into the line of each that keeps it.
    private mutating func outlook(of ticket: UInt64, now: MonotonicTime) -> Outlook {
        guard var standing = standing[ticket] else { return .behind }
        var latest = now
        var isBehind = false
        for rule in rules.indices {
            guard let slot = slot(rule, standing.waiter.call.keys, now: now) else { continue }
            let amount = rules[rule].amount(cost: standing.waiter.call.cost)
            var isKept = false
            if let first = tables[rule][slot].line?.first, first < ticket { (isBehind, isKept) = (true, true) }
            let time = tables[rule][slot].ready(for: amount, now: now)
            if time > now {
                latest = max(latest, time)
                isKept = true
            }
            let place = Place(rule: rule, slot: slot)
            guard isKept, !standing.places.contains(where: { $0.place == place }) else { continue }
            var line = tables[rule][slot].line ?? WaitLine()
            tables[rule][slot].line = nil
            standing.places.append((place, line.insert(WaitLine.Entry(ticket: ticket, amount: amount))))
            tables[rule][slot].line = line
        }
        self.standing[ticket] = standing
        if isBehind { return .behind }
        return latest > now ? .later(latest) : .ready
    }

    private mutating func takeAll(_ waiter: Waiter, now: MonotonicTime) -> Grant {
        var grant = Grant(takenAt: now)
        for rule in rules.indices {
            guard let slot = slot(rule, waiter.call.keys, now: now) else { continue }
            let amount = rules[rule].amount(cost: waiter.call.cost)
            _ = tables[rule][slot].take(amount, now: now)
            grant.add(claim(rule, slot, amount))
        }
        count(grant)
        return grant
    }

    private mutating func setWakes(of ticket: UInt64, _ time: MonotonicTime) {
        for (place, _) in standing[ticket]?.places ?? [] {
            guard var line = tables[place.rule][place.slot].line, line.first == ticket else { continue }
            tables[place.rule][place.slot].line = nil
            if let wake = line.wake { _ = wakes.remove(wake) }
            line.wake = wakes.insert(Wake(time: time, place: place))
            tables[place.rule][place.slot].line = line
        }
    }
}
