/// The queue and its limit as a value: who may start, who waits and who is refused. No clock, no lock, nothing that
/// suspends; ``PriorityQueue`` keeps one behind its lock.
struct AdmissionState {
    /// How a request comes to the queue.
    enum Entry: Sendable {
        /// For the first time: behind those of its level.
        case first
        /// Again, after a backoff for which it gave its slot back: ahead of those of its level.
        case returning
        /// Only if a slot is free: a hedge must not wait behind the requests that it is to overtake.
        case onlyIfFree
    }

    typealias Handle = WaitingLines<Waiter>.Handle

    struct Waiter: Sendable {
        let granted: OneShot<Void>
        let priority: Priority
        let arrivedAt: MonotonicTime
        /// How many were ahead when it came.
        let ahead: Int
    }

    enum Entering {
        case slot(AdmissionSlot)
        case full
        /// The slot is to be timed, and no time was given.
        case needsTime
    }

    enum Arrival {
        case admitted(AdmissionSlot)
        /// It waits; whoever had to give way for it is to be told.
        case queued(Waiter, Handle, dropped: (Waiter, QueueRefusal)?)
        case refused(QueueRefusal)
    }

    /// How many answers it takes until the estimate is trusted enough to refuse somebody.
    static let trustedSamples = 4
    /// One in so many requests that need not wait is timed when only the estimate needs it: looking at the clock twice
    /// costs more than all the rest.
    static let sampleEvery = 8
    /// What a request is taken to last before any has ended; only ``ResilientError/retryAfter`` rests on it.
    static let assumedServiceNanoseconds = 1e9

    private(set) var configuration: AdmissionConfiguration
    private(set) var inFlight = 0
    private(set) var isClosed = false
    /// The counters; whoever ends a wait counts it there.
    var stats = QueueStats()
    /// How many grants came back because their waiter had just gone.
    private(set) var grantsReturned = 0

    private var rule: ConcurrencyLimit
    /// Counts the rules: what began under one is no sample for the next.
    private var generation: Int32 = 0
    private var lines: WaitingLines<Waiter>
    private var service = MovingMean()
    /// Two threads may look at the clock in one order and come here in the other; who comes first is first.
    private var latest = MonotonicTime(nanoseconds: .min)

    init(_ configuration: AdmissionConfiguration) {
        self.configuration = configuration
        rule = ConcurrencyLimit(configuration)
        lines = WaitingLines(ageing: configuration.ageing)
    }

    var limit: Int { rule.limit }
    var waiting: Int { lines.count }
    var depths: [Int: Int] { lines.depths }

    /// Takes a slot if one is free. Then nobody waits: a free slot goes to a waiter at once.
    mutating func enter(now: MonotonicTime?) -> Entering {
        guard inFlight < rule.limit, !isClosed else { return .full }
        let isTimed = rule.isAdaptive || stats.admitted % Self.sampleEvery == 0
        if isTimed, now == nil { return .needsTime }
        inFlight += 1
        stats.admitted += 1
        return .slot(makeSlot(startedAt: isTimed ? now : nil))
    }

    /// Takes a slot, or a place in the queue, or nothing.
    mutating func arrive(
        _ entry: Entry,
        priority: Priority,
        deadline: MonotonicTime?,
        now: MonotonicTime
    ) -> Arrival {
        if isClosed { return refuse(.closed, ahead: 0) }
        if case .slot(let slot) = enter(now: now) { return .admitted(slot) }
        latest = max(latest, now)
        let isReturning = entry == .returning
        let time = latest.nanoseconds
        let ahead = lines.countAhead(of: priority.rawValue, isReturning: isReturning, time: time)
        if entry == .onlyIfFree { return refuse(.busy, ahead: ahead) }
        if let deadline, isLate(ahead: ahead, deadline: deadline, now: now) { return refuse(.late, ahead: ahead) }
        var dropped: Waiter?
        if lines.count >= capacity {
            if configuration.overflow == .dropLowest {
                dropped = lines.removeLast(behind: priority.rawValue, isReturning: isReturning, time: time)
            }
            if dropped == nil { return refuse(.full, ahead: ahead) }
            stats.dropped += 1
        }
        let waiter = Waiter(granted: OneShot(), priority: priority, arrivedAt: latest, ahead: ahead)
        let handle = lines.insert(waiter, level: priority.rawValue, isReturning: isReturning, time: time)
        return .queued(waiter, handle, dropped: dropped.map { ($0, refusal(.dropped, ahead: lines.count)) })
    }

    /// Gives a slot back.
    mutating func leave(_ slot: AdmissionSlot, _ outcome: SlotOutcome, now: MonotonicTime?) {
        inFlight -= 1
        observe(slot, outcome, now: now)
    }

    /// Learns from an answer whose slot is still in use.
    mutating func observe(_ slot: AdmissionSlot, _ outcome: SlotOutcome, now: MonotonicTime?) {
        guard let startedAt = slot.startedAt, let now, outcome != .neutral else { return }
        let latency = max(0, (now - startedAt).saturatedNanoseconds)
        service.add(Double(latency))
        guard rule.isAdaptive, outcome != .failed, slot.generation == generation else { return }
        rule.observe(
            LimitSample(
                latency: latency,
                inFlight: slot.inFlight,
                isOverload: outcome == .overloaded,
                epoch: slot.epoch,
                now: now
            )
        )
    }

    /// Gives a free slot to whoever is next; nil when there is no slot or nobody waits. To be asked until it says so.
    mutating func grant() -> Waiter? {
        guard inFlight < rule.limit, let waiter = lines.popFirst() else { return nil }
        inFlight += 1
        return waiter
    }

    /// Takes back a grant whose waiter had just gone.
    mutating func returnGrant() {
        inFlight -= 1
        grantsReturned += 1
    }

    /// A waiter that was granted a slot goes on.
    mutating func begin(_ waiter: Waiter, now: MonotonicTime) -> AdmissionSlot {
        stats.admitted += 1
        stats.noteWait(max(.zero, now - waiter.arrivedAt), of: waiter.priority)
        return makeSlot(startedAt: now)
    }

    /// Takes a waiter out of the queue; false when it has left already.
    mutating func abandon(_ handle: Handle) -> Bool {
        lines.remove(handle) != nil
    }

    /// Refuses all that comes from now on and returns those who wait.
    mutating func close() -> [Waiter] {
        isClosed = true
        var waiters: [Waiter] = []
        while let waiter = lines.popFirst() { waiters.append(waiter) }
        stats.ended += waiters.count
        return waiters
    }

    /// Takes other settings; those who wait keep their places. A limit of other settings begins anew.
    mutating func reconfigure(_ new: AdmissionConfiguration) {
        let old = configuration
        configuration = new
        if old.ageing != new.ageing { lines.setAgeing(new.ageing) }
        if old.concurrency != new.concurrency || old.maxConcurrentRequests != new.maxConcurrentRequests {
            rule = ConcurrencyLimit(new)
            generation &+= 1
        }
    }

    /// Begins the limit and the estimate anew.
    mutating func resetLimit() {
        rule.reset()
        service = MovingMean()
    }
}

extension AdmissionState {
    private var capacity: Int {
        configuration.overflow == .wait ? PriorityQueue.mostWaiting : configuration.capacity
    }

    private func makeSlot(startedAt: MonotonicTime?) -> AdmissionSlot {
        AdmissionSlot(startedAt: startedAt, inFlight: inFlight, epoch: rule.epoch, generation: generation)
    }

    private mutating func refuse(_ reason: QueueRefusal.Reason, ahead: Int) -> Arrival {
        switch reason {
        case .closed: stats.ended += 1
        case .late: stats.shed += 1
        case .full, .busy: stats.rejected += 1
        case .dropped: break
        }
        return .refused(refusal(reason, ahead: ahead))
    }

    private func refusal(_ reason: QueueRefusal.Reason, ahead: Int) -> QueueRefusal {
        let service = service.count == 0 ? Self.assumedServiceNanoseconds : service.value
        let estimate = reason == .closed ? nil : wait(ahead: ahead, service: service)
        return QueueRefusal(reason: reason, waiting: lines.count, limit: rule.limit, estimate: estimate)
    }

    /// How long somebody waits with so many ahead: a slot becomes free every service time divided by the limit. In
    /// whole milliseconds, rounded up.
    private func wait(ahead: Int, service: Double) -> Duration {
        let nanoseconds = Double(ahead + 1) * service / Double(rule.limit)
        return .milliseconds(Int64(min(1e15, max(1, (nanoseconds / 1e6).rounded(.up)))))
    }

    private func isLate(ahead: Int, deadline: MonotonicTime, now: MonotonicTime) -> Bool {
        guard configuration.shedsLate, service.count >= Self.trustedSamples else { return false }
        let needed = Double(ahead + 1) * service.value / Double(rule.limit) + service.value
        return needed > Double((deadline - now).saturatedNanoseconds)
    }
}
