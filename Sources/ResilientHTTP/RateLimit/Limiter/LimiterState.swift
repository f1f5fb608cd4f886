/// Everything that changes in a limiter, behind its lock: the keys of each limit and what is taken from them.
///
/// Several limits are taken from in turn under the one lock; when the last refuses, the others get theirs back
/// before anybody else looks.
struct LimiterState {
    let rules: [LimitRule]
    let longest: Duration
    var tables: [KeyTable]

    var standing: [UInt64: Standing] = [:]
    var wakes = IndexedHeap<Wake> { ($0.time, $0.place.slot) < ($1.time, $1.place.slot) }
    var ends = IndexedHeap<WaitEnd> { ($0.time, $0.ticket) < ($1.time, $1.ticket) }
    var nextTicket: UInt64 = 1
    var isClosed = false
    /// The one timer of all who wait, what it is set to, and its number.
    var timer: (handle: ClockTimer, time: MonotonicTime, number: UInt64)?
    var timersMade: UInt64 = 0
    var totals = RateLimitTotals()
    private var latest = MonotonicTime(nanoseconds: .min)

    init(rules: [LimitRule], longest: Duration) {
        self.rules = rules
        self.longest = longest
        tables = rules.map { KeyTable(maxKeys: $0.maxKeys, isShared: $0.isShared) }
    }

    /// The clock may be the program's own and is not looked at under the lock; but times must not pass each other on the
    /// way to the meters.
    mutating func inOrder(_ now: MonotonicTime) -> MonotonicTime {
        latest = max(latest, now)
        return latest
    }

    /// The slot of a call's key in a limit; nil when the limit has nothing to say about it.
    mutating func slot(_ rule: Int, _ keys: CallKeys, now: MonotonicTime) -> Int? {
        guard let key = keys[rule] else { return nil }
        if !rules[rule].isServer { return tables[rule].slot(of: key) { rules[rule].makeMeter(now: now) } }
        guard let slot = tables[rule].find(key) else { return nil }
        if tables[rule][slot].current(now) == nil, !tables[rule][slot].hasLine {
            // What the server said is over, and there is nothing else to know about its keys.
            tables[rule].remove(slot)
            return nil
        }
        return slot
    }

    /// Takes from all limits or from none, unless somebody who came earlier waits for one of them.
    mutating func take(_ keys: CallKeys, cost: Int, now: MonotonicTime) -> Grant? {
        var grant = Grant(takenAt: now)
        for rule in rules.indices {
            guard let slot = slot(rule, keys, now: now) else { continue }
            let amount = rules[rule].amount(cost: cost)
            guard !tables[rule][slot].hasLine, tables[rule][slot].take(amount, now: now) else {
                undo(grant, now: now)
                return nil
            }
            grant.add(claim(rule, slot, amount))
        }
        count(grant)
        return grant
    }

    /// What has just been taken from a key.
    func claim(_ rule: Int, _ slot: Int, _ amount: Int) -> Grant.Claim {
        Grant.Claim(
            rule: rule,
            slot: slot,
            generation: tables[rule][slot].generation,
            stamp: tables[rule][slot].server?.stamp ?? 0,
            amount: amount,
            mark: tables[rule][slot].meter.mark(afterTaking: amount)
        )
    }

    mutating func count(_ grant: Grant) {
        totals.granted += 1
        grant.forEach { tables[$0.rule][$0.slot].granted += 1 }
    }

    /// Puts back what has been taken, as if it had not been. Returns the lines that may move on.
    @discardableResult
    mutating func undo(_ grant: Grant, now: MonotonicTime) -> [Place] {
        var places: [Place] = []
        grant.forEach { claim in
            guard tables[claim.rule].isCurrent(claim.slot, claim.generation) else { return }
            tables[claim.rule][claim.slot].giveBack(
                claim.refund(claim.amount, takenAt: grant.takenAt),
                stamp: claim.stamp,
                now: now
            )
            if tables[claim.rule][claim.slot].hasLine { places.append(Place(rule: claim.rule, slot: claim.slot)) }
        }
        return places
    }

    /// Puts what a call was estimated to cost right. Returns the lines that may move on.
    mutating func settle(_ grant: Grant, cost: Int, now: MonotonicTime) -> [Place] {
        var places: [Place] = []
        grant.forEach { claim in
            guard rules[claim.rule].counts == .cost, tables[claim.rule].isCurrent(claim.slot, claim.generation) else {
                return
            }
            if cost > claim.amount {
                tables[claim.rule][claim.slot].meter.owe(cost - claim.amount, now: now, longest: longest)
            } else if cost < claim.amount {
                tables[claim.rule][claim.slot].giveBack(
                    claim.refund(claim.amount - cost, takenAt: grant.takenAt),
                    stamp: claim.stamp,
                    now: now
                )
            }
            if tables[claim.rule][claim.slot].hasLine { places.append(Place(rule: claim.rule, slot: claim.slot)) }
        }
        return places
    }

    /// When a call that came now would have its turn, and which limit decides that.
    mutating func estimate(_ keys: CallKeys, cost: Int, now: MonotonicTime) -> WaitEstimate {
        var estimate = WaitEstimate(time: now)
        for rule in rules.indices {
            guard let slot = slot(rule, keys, now: now) else { continue }
            let amount = rules[rule].amount(cost: cost)
            let ahead = tables[rule][slot].line?.demand ?? 0
            let time = tables[rule][slot].ready(for: ahead + amount, now: now)
            guard time > estimate.time || estimate.rule == nil && ahead > 0 else { continue }
            let server = tables[rule][slot].server
            estimate = WaitEstimate(
                time: time,
                rule: rule,
                slot: slot,
                left: left(rule, slot, now: now),
                isServer: server.map { $0.ready(for: ahead + amount, now: now) == time } ?? false
            )
        }
        return estimate
    }

    /// What can be taken from a key now: the smaller of ours and the server's.
    mutating func left(_ rule: Int, _ slot: Int, now: MonotonicTime) -> Int {
        let own = tables[rule][slot].meter.remaining(now: now)
        return min(own, tables[rule][slot].current(now)?.left(now: now) ?? own)
    }
}

/// When a call would have its turn.
struct WaitEstimate: Sendable {
    var time: MonotonicTime
    /// The limit that decides it; nil when none does.
    var rule: Int?
    var slot = 0
    /// What that limit has left.
    var left = 0
    /// Whether it is the server's word that decides.
    var isServer = false
}
