/// The state machine of one breaker: no lock and no clock, so that its rules stand alone.
///
/// Every state has a generation of its own. A permit carries the generation that gave it, and a result of an earlier
/// one gives its slot back and moves nothing else.
struct BreakerCore {
    /// What has happened since the breaker was made.
    struct Tally {
        var rejected = 0
        var opened = 0
        var late = 0
        var wouldHaveOpened = 0
    }

    /// A change of state that has not been told to anybody yet.
    struct News {
        let from: CircuitBreaker.State
        let to: CircuitBreaker.State
        let reason: CircuitBreaker.Reason
        let time: MonotonicTime
        let openNanoseconds: Int64?
    }

    let rules: BreakerRules
    // What every call touches comes first, close together: with many keys, memory is what a call waits for.
    private(set) var state = CircuitBreaker.State.closed
    private(set) var generation: UInt64 = 1
    private(set) var inFlight = 0
    private var news: [News] = []
    private var counts: OutcomeCounts
    private(set) var probes = ProbeSlots()
    /// The ends of this half-open state's probes.
    private(set) var round = OutcomeSums()
    private(set) var openedAt: MonotonicTime?
    private(set) var nextProbe: MonotonicTime?
    private(set) var lastFailure: (type: String?, time: MonotonicTime)?
    private(set) var tally = Tally()
    private var openNanoseconds: Int64 = 0
    /// The server does not want to be called before.
    private var serverNotBefore = MonotonicTime(nanoseconds: .min)

    init(_ rules: BreakerRules) {
        self.rules = rules
        counts = OutcomeCounts(rules)
    }

    var hasNews: Bool { !news.isEmpty }

    mutating func takeNews() -> [News] {
        defer { news = [] }
        return news
    }

    mutating func sums(now: MonotonicTime) -> OutcomeSums { counts.sums(now: now) }
}

// MARK: - Permits

extension BreakerCore {
    /// Nil when the answer depends on the time and none is given: the clock may be the program's own, and is not to be
    /// looked at under the lock.
    mutating func acquire(now: MonotonicTime?) -> BreakerAdmission? {
        switch state {
        case .closed, .forcedClosed, .metricsOnly, .disabled:
            inFlight += 1
            return .permitted(BreakerPermit(generation: generation, state: state, probe: 0, began: now ?? .zero))
        case .open, .halfOpen:
            guard let now else { return nil }
            if let permit = takeProbe(now: now) { return .permitted(permit) }
            return refuse(now: now)
        case .forcedOpen:
            return refuse(now: .zero)
        }
    }

    /// What a call would hear that came now, without taking a permit; nil when that depends on the time and none is
    /// given. A call that ends because of it counts as rejected.
    func outlook(now: MonotonicTime?) -> BreakerOutlook? {
        switch state {
        case .closed, .forcedClosed, .metricsOnly, .disabled:
            return .passes
        case .open, .halfOpen:
            guard let now else { return nil }
            if let nextProbe, nextProbe > now { return .refuses(refusal(now: now)) }
            // An overdue probe is given up by the call that takes the permit.
            let mayPass = hasFreeSlot || probes.hasOverdue(after: rules.probeNanoseconds, now: now)
            return mayPass ? .passes : .refuses(refusal(now: now))
        case .forcedOpen:
            return .refuses(refusal(now: .zero))
        }
    }

    /// Whether a call that comes at a later time will be refused, by what is known now. Probes that are under way may
    /// have ended by then.
    func willRefuse(at time: MonotonicTime) -> Bool {
        switch state {
        case .closed, .forcedClosed, .metricsOnly, .disabled, .halfOpen: false
        case .open: nextProbe.map { $0 > time } ?? false
        case .forcedOpen: true
        }
    }

    mutating func noteRejection() {
        tally.rejected += 1
    }

    private mutating func takeProbe(now: MonotonicTime) -> BreakerPermit? {
        if let nextProbe, nextProbe > now { return nil }
        if !hasFreeSlot {
            let isStuck = probes.giveUp(after: rules.probeNanoseconds, now: now, generation: generation)
            if isStuck, state == .halfOpen {
                open(.probeTimeout, now: now)
                return nil
            }
            guard hasFreeSlot else { return nil }
        }
        if state == .open { enter(.halfOpen, .recoveryTimeout, now: now) }
        inFlight += 1
        return BreakerPermit(
            generation: generation,
            state: state,
            probe: probes.take(generation: generation, now: now),
            began: now
        )
    }

    /// Whether a probe may start, as far as other probes are concerned.
    private var hasFreeSlot: Bool {
        guard probes.count < rules.probeLimit else { return false }
        guard rules.judgesProbesByRate, state == .halfOpen else { return true }
        return round.calls + probes.count(of: generation) < rules.probesJudged
    }

    private mutating func refuse(now: MonotonicTime) -> BreakerAdmission {
        tally.rejected += 1
        return .refused(refusal(now: now))
    }

    private func refusal(now: MonotonicTime) -> BreakerRefusal {
        var wait: Int64?
        if state != .forcedOpen {
            let left = nextProbe.map { ($0 - now).saturatedNanoseconds } ?? 0
            // While probes are under way nobody knows; they decide soon, or else the half-open timeout does.
            wait = left > 0 ? left : min(1_000_000_000, rules.probeNanoseconds)
        }
        return BreakerRefusal(state: state, retryNanoseconds: wait, lastFailure: lastFailure?.type)
    }
}

// MARK: - Results

extension BreakerCore {
    mutating func settle(_ permit: BreakerPermit, _ result: BreakerResult, now: MonotonicTime) {
        inFlight -= 1
        if permit.probe != 0 { probes.release(permit.probe) }
        guard result.kind != .neutral else { return }
        guard permit.generation == generation else {
            tally.late += 1
            return
        }
        apply(result, now: now)
    }

    /// Takes in the outcome of an operation that had no permit: as one of now.
    mutating func record(_ result: BreakerResult, now: MonotonicTime) {
        guard result.kind != .neutral else { return }
        // Who only records would otherwise never see the breaker close.
        if state == .open, let nextProbe, nextProbe <= now { enter(.halfOpen, .recoveryTimeout, now: now) }
        apply(result, now: now)
    }

    /// Takes in the failure of a probe that had succeeded: it counts in the half-open state of the probe and in the
    /// closed one to which that has led, and is late after both.
    mutating func recant(_ permit: BreakerPermit, _ failure: BreakerResult, now: MonotonicTime) {
        guard generation == permit.generation || state == .closed && generation == permit.generation + 1 else {
            tally.late += 1
            return
        }
        apply(failure, now: now)
    }

    private mutating func apply(_ result: BreakerResult, now: MonotonicTime) {
        let isFailure = result.kind == .failure
        // Whoever answers again is not to be left alone any longer.
        if !isFailure { serverNotBefore = MonotonicTime(nanoseconds: .min) }
        let isSlow = (result.nanoseconds ?? 0) > rules.slowNanoseconds
        switch state {
        case .closed:
            if isFailure { noteFailure(result, now: now) }
            if let reason = counts.add(isFailure: isFailure, isSlow: isSlow, now: now) { open(reason, now: now) }
        case .forcedClosed:
            if isFailure { noteFailure(result, now: now) }
            _ = counts.add(isFailure: isFailure, isSlow: isSlow, now: now)
        case .metricsOnly:
            if isFailure { noteFailure(result, now: now) }
            if counts.add(isFailure: isFailure, isSlow: isSlow, now: now) != nil {
                tally.wouldHaveOpened += 1
                counts.clear()
            }
        case .halfOpen:
            if isFailure { noteFailure(result, now: now) }
            round.add(isFailure: isFailure, isSlow: isSlow)
            judgeProbes(now: now)
        case .open, .forcedOpen:
            tally.late += 1
        case .disabled:
            break
        }
    }

    private mutating func judgeProbes(now: MonotonicTime) {
        if rules.judgesProbesByRate {
            guard round.calls >= rules.probesJudged else { return }
            if rules.verdict(on: round) != nil {
                open(.probeFailed, now: now)
            } else {
                enter(.closed, .probesSucceeded, now: now)
            }
        } else if round.failures > 0 || round.slow > 0 {
            open(.probeFailed, now: now)
        } else if round.calls >= rules.successThreshold {
            enter(.closed, .probesSucceeded, now: now)
        }
    }

    private mutating func noteFailure(_ result: BreakerResult, now: MonotonicTime) {
        lastFailure = (result.failureType, now)
        let told = min(result.serverNanoseconds, rules.maxServerNanoseconds)
        if told > 0 { serverNotBefore = max(serverNotBefore, now + .nanoseconds(told)) }
    }
}

// MARK: - States

extension BreakerCore {
    /// Opens for the next open time, or for as long as the server asked, whichever is longer.
    private mutating func open(_ reason: CircuitBreaker.Reason, now: MonotonicTime) {
        if state == .halfOpen, openNanoseconds > 0 {
            // Compared before multiplying back, so that no number of re-openings overflows.
            let grown = Double(openNanoseconds) * rules.growth
            let limit = max(rules.maxOpenNanoseconds, rules.openNanoseconds)
            openNanoseconds = grown >= Double(limit) ? limit : Int64(grown)
        } else {
            openNanoseconds = rules.openNanoseconds
        }
        let end = max(now + .nanoseconds(openNanoseconds), serverNotBefore)
        enter(.open, reason, now: now, until: end)
    }

    /// Opens until a time because another process says so, or stays open for longer.
    mutating func adopt(openUntil end: MonotonicTime, now: MonotonicTime) {
        guard end > now else { return }
        switch state {
        case .closed, .halfOpen:
            if openNanoseconds == 0 { openNanoseconds = rules.openNanoseconds }
            enter(.open, .shared, now: now, until: end)
        case .open:
            nextProbe = max(nextProbe ?? end, end)
        case .forcedOpen, .forcedClosed, .disabled, .metricsOnly:
            break
        }
    }

    /// Goes into a state because somebody said so. Counts begin anew, and what is in flight will be late.
    mutating func force(_ state: CircuitBreaker.State, now: MonotonicTime) {
        counts.clear()
        enter(state, .manual, now: now)
    }

    /// Begins anew: closed, and nothing has happened yet but for what is still in flight.
    mutating func reset(now: MonotonicTime) {
        force(.closed, now: now)
        tally = Tally()
        lastFailure = nil
    }

    private mutating func enter(
        _ new: CircuitBreaker.State,
        _ reason: CircuitBreaker.Reason,
        now: MonotonicTime,
        until end: MonotonicTime? = nil
    ) {
        let old = state
        state = new
        generation += 1
        round = OutcomeSums()
        switch new {
        case .open:
            tally.opened += 1
            openedAt = now
            nextProbe = end
            serverNotBefore = MonotonicTime(nanoseconds: .min)
        case .forcedOpen:
            tally.opened += 1
            openedAt = now
            nextProbe = nil
        case .halfOpen:
            nextProbe = nil
        case .closed, .forcedClosed, .disabled, .metricsOnly:
            // The failures that opened the breaker are shown until it has closed.
            counts.clear()
            openNanoseconds = 0
            openedAt = nil
            nextProbe = nil
            serverNotBefore = MonotonicTime(nanoseconds: .min)
        }
        guard old != new else { return }
        news.append(
            News(
                from: old,
                to: new,
                reason: reason,
                time: now,
                openNanoseconds: end.map { ($0 - now).saturatedNanoseconds }
            )
        )
    }
}
