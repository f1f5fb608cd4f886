import ResilientHTTP

/// The rules of a breaker written down as simply as possible: every outcome is kept in a list and counted anew each time.
struct ReferenceBreaker: BreakerSubject {
    /// A mistake to be found by the checks.
    enum Defect: CaseIterable {
        /// Results count whenever they come.
        case noGeneration
        /// One probe too many.
        case offByOneProbe
        /// A probe that was cancelled counts as one that succeeded.
        case cancelledProbeCloses
        /// A probe that was cancelled keeps its slot.
        case cancelledProbeKeepsSlot
        /// A half-open state that gets nowhere stays.
        case stuckHalfOpen
        /// Probes of the state before the last are forgotten while they are still on the wire.
        case forgottenProbes
    }

    private struct Held {
        let grant: BreakerGrant
        let era: Int
        let since: MonotonicTime
    }

    private struct Ending {
        let time: MonotonicTime
        let isFailure: Bool
        let isSlow: Bool
    }

    private let configuration: CircuitBreakerConfiguration
    private let defect: Defect?
    private var state = CircuitBreaker.State.closed
    private var era = 0
    private var held: [Held] = []
    private var busy: [Held] = []
    private var history: [Ending] = []
    private var round: [Ending] = []
    private var openUntil: MonotonicTime?
    private var openFor: Duration?
    private var last = 0

    init(_ configuration: CircuitBreakerConfiguration, defect: Defect? = nil) {
        self.configuration = configuration
        self.defect = defect
    }

    mutating func acquire(now: MonotonicTime) -> BreakerGrant? {
        switch state {
        case .closed, .forcedClosed, .metricsOnly, .disabled:
            return grant(isProbe: false, now: now)
        case .forcedOpen:
            return nil
        case .open, .halfOpen:
            if let openUntil, now < openUntil { return nil }
            if isFull, defect != .stuckHalfOpen {
                let overdue = busy.filter { now - $0.since >= configuration.halfOpenTimeout }
                busy.removeAll { now - $0.since >= configuration.halfOpenTimeout }
                if state == .halfOpen, overdue.contains(where: { $0.era == era }) {
                    open(now: now)
                    return nil
                }
            }
            if isFull { return nil }
            if state == .open { change(to: .halfOpen) }
            return grant(isProbe: true, now: now)
        }
    }

    mutating func settle(_ grant: BreakerGrant, _ verdict: BreakerVerdict, now: MonotonicTime) {
        guard let index = held.firstIndex(where: { $0.grant == grant }) else { return }
        let call = held.remove(at: index)
        if !(verdict == .neutral && defect == .cancelledProbeKeepsSlot) {
            busy.removeAll { $0.grant == grant }
        }
        var verdict = verdict
        if verdict == .neutral, grant.isProbe, defect == .cancelledProbeCloses { verdict = .success }
        guard call.era == era || defect == .noGeneration else { return }
        let isSlow = configuration.slowCallRate != nil && now - call.since > configuration.slowCallDuration
        count(verdict, isSlow: isSlow, now: now)
    }

    mutating func record(_ verdict: BreakerVerdict, now: MonotonicTime) {
        if verdict != .neutral, state == .open, let openUntil, now >= openUntil { change(to: .halfOpen) }
        count(verdict, isSlow: false, now: now)
    }

    mutating func force(_ state: CircuitBreaker.State, now: MonotonicTime) {
        change(to: state == .open || state == .halfOpen ? .closed : state)
        history = []
    }

    mutating func look(now: MonotonicTime) -> BreakerLook {
        let window = window(now: now)
        let failures = window.count { $0.isFailure }
        let hasRates = configuration.window != .consecutive && window.count >= minimum
        return BreakerLook(
            state: state,
            failures: failures,
            failureRate: hasRates ? Double(failures) / Double(window.count) : nil,
            slowRate: hasRates ? Double(window.count { $0.isSlow }) / Double(window.count) : nil,
            probes: busy.count,
            probeSuccesses: state == .halfOpen ? round.count { !$0.isFailure } : 0,
            nextProbe: openUntil.map { max(.zero, $0 - now).decimalSeconds }
        )
    }
}

extension ReferenceBreaker {
    private var isFull: Bool {
        let limit = configuration.halfOpenMaxCalls + (defect == .offByOneProbe ? 1 : 0)
        if busy.count >= limit { return true }
        guard configuration.probeRule == .rate, state == .halfOpen else { return false }
        return busy.count { $0.era == era } + round.count >= judged
    }

    private var minimum: Int {
        configuration.window == .count
            ? min(configuration.minimumCalls, configuration.windowSize) : configuration.minimumCalls
    }

    /// How many probes are judged together where rates decide.
    private var judged: Int { min(minimum, configuration.successThreshold) }

    private mutating func grant(isProbe: Bool, now: MonotonicTime) -> BreakerGrant {
        last += 1
        let call = Held(grant: BreakerGrant(number: last, isProbe: isProbe), era: era, since: now)
        held.append(call)
        if isProbe { busy.append(call) }
        return call.grant
    }

    private mutating func count(_ verdict: BreakerVerdict, isSlow: Bool, now: MonotonicTime) {
        guard verdict != .neutral else { return }
        let ending = Ending(time: now, isFailure: verdict == .failure, isSlow: isSlow)
        switch state {
        case .closed, .forcedClosed, .metricsOnly:
            history.append(ending)
            guard isTooMuch(now: now) else { return }
            if state == .closed { open(now: now) }
            if state == .metricsOnly { history = [] }
        case .halfOpen:
            round.append(ending)
            judge(now: now)
        case .open, .forcedOpen, .disabled:
            break
        }
    }

    private mutating func judge(now: MonotonicTime) {
        if configuration.probeRule == .rate {
            guard round.count >= judged else { return }
            if hasHighRate(round) { open(now: now) } else { close() }
        } else if round.contains(where: { $0.isFailure || $0.isSlow }) {
            open(now: now)
        } else if round.count >= configuration.successThreshold {
            close()
        }
    }

    private mutating func open(now: MonotonicTime) {
        if state == .halfOpen, let openFor {
            self.openFor = min(configuration.maxRecoveryTimeout, openFor * configuration.recoveryFactor)
        } else {
            openFor = configuration.recoveryTimeout
        }
        change(to: .open)
        openUntil = openFor.map { now + $0 }
    }

    private mutating func close() {
        change(to: .closed)
        history = []
    }

    private mutating func change(to new: CircuitBreaker.State) {
        if defect == .forgottenProbes { busy = [] }
        state = new
        era += 1
        round = []
        openUntil = nil
        if new != .open, new != .halfOpen, new != .forcedOpen {
            history = []
            openFor = nil
        }
    }

    private func window(now: MonotonicTime) -> [Ending] {
        switch configuration.window {
        case .consecutive:
            return Array(history.reversed().prefix { $0.isFailure })
        case .count:
            return history.suffix(configuration.windowSize)
        case .time:
            let length = configuration.windowTime.saturatedNanoseconds
            let isSeconds = length % 1_000_000_000 == 0 && 10...64 ~= length / 1_000_000_000
            let slices = isSeconds ? length / 1_000_000_000 : 32
            func slice(_ time: MonotonicTime) -> Int64 { time.nanoseconds / (length / slices) }
            return history.filter { slice(now) - slice($0.time) < slices }
        }
    }

    private func isTooMuch(now: MonotonicTime) -> Bool {
        let window = window(now: now)
        if configuration.window == .consecutive { return window.count >= configuration.failureThreshold }
        return window.count >= minimum && hasHighRate(window)
    }

    private func hasHighRate(_ endings: [Ending]) -> Bool {
        let count = Double(endings.count)
        if Double(endings.count { $0.isFailure }) / count >= configuration.failureRate { return true }
        guard let slowRate = configuration.slowCallRate else { return false }
        return Double(endings.count { $0.isSlow }) / count >= slowRate
    }
}
