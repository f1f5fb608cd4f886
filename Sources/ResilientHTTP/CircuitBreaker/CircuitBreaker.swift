import Synchronization

/// Stops calls to a service that is ill, so that it can recover and its callers learn at once.
///
/// Closed, it lets every call pass and counts how they end. When too many fail it opens and refuses every call with
/// `circuitOpen`, which says when to come back. After the open time it lets a few probes through: enough successes
/// close it, a failure opens it again.
///
/// ```swift
/// let breaker = try CircuitBreaker(failureThreshold: 10, recoveryTimeout: .seconds(120), name: "search")
/// let hits = try await breaker.run { try await search(text) }
/// ```
///
/// Outcomes are success, failure and neutral. A call that its caller cancelled is neutral: it gives its probe slot back
/// and moves nothing. A result counts in the state in which its call began, and is only counted as late in another. Time
/// is the runtime's monotonic clock. At most ``CircuitBreakerConfiguration/halfOpenMaxCalls`` probes are in flight at any
/// time, those of an earlier half-open state included, unless they have taken longer than
/// ``CircuitBreakerConfiguration/halfOpenTimeout``.
public final class CircuitBreaker: Sendable {
    struct Guarded {
        var core: BreakerCore
        var watches: [UInt64: Watcher] = [:]
        var nextWatch: UInt64 = 0
        /// Whether somebody tells what has changed: one at a time, so that it is told in its order.
        var isTelling = false
    }

    /// A struct: a closure that is a value of a dictionary by itself would be wrapped in another one.
    struct Watcher {
        let onOpen: @Sendable (ResilientError) -> Void
    }

    // First what every call touches, close together: with many breakers, memory is what a call waits for.
    let rules: BreakerRules
    let guarded: Mutex<Guarded>

    /// What it protects, for errors, status and transitions; may be empty.
    public let name: String

    let runtime: ClientRuntime
    let hub = TransitionHub()
    let onTransition: (@Sendable (Transition) -> Void)?

    /// Makes a closed breaker.
    ///
    /// Throws one configuration error that lists every problem of the configuration with its path.
    public convenience init(
        _ configuration: CircuitBreakerConfiguration = CircuitBreakerConfiguration(),
        name: String = "",
        runtime: ClientRuntime = .system
    ) throws {
        try configuration.validate()
        self.init(rules: BreakerRules(configuration), name: name, runtime: runtime)
    }

    /// Makes a closed breaker that counts consecutive failures; the defaults are those of
    /// ``CircuitBreakerConfiguration``.
    ///
    /// Throws one configuration error that lists every problem.
    public convenience init(
        failureThreshold: Int,
        recoveryTimeout: Duration = .seconds(60),
        successThreshold: Int = 3,
        halfOpenMaxCalls: Int = 3,
        name: String = "",
        runtime: ClientRuntime = .system
    ) throws {
        let configuration = CircuitBreakerConfiguration(
            failureThreshold: failureThreshold,
            recoveryTimeout: recoveryTimeout,
            successThreshold: successThreshold,
            halfOpenMaxCalls: halfOpenMaxCalls
        )
        try self.init(configuration, name: name, runtime: runtime)
    }

    init(
        rules: BreakerRules,
        name: String,
        runtime: ClientRuntime,
        onTransition: (@Sendable (Transition) -> Void)? = nil
    ) {
        self.rules = rules
        self.name = name
        self.runtime = runtime
        self.onTransition = onTransition
        guarded = Mutex(Guarded(core: BreakerCore(rules)))
    }

    /// What the breaker does with calls. Open lasts until a call comes after the open time, which is the first probe.
    public var state: State { guarded.withLock { $0.core.state } }

    /// Whether the breaker is closed and nothing is in flight: what it knows is worth little.
    var isIdle: Bool { guarded.withLock { $0.core.state == .closed && $0.core.inFlight == 0 } }

    /// A new stream of the changes of state from now on, for each who asks. It keeps the newest 64 for a slow reader
    /// and ends with the breaker.
    public var transitions: AsyncStream<Transition> { hub.listen() }

    /// How many changes of state slow readers of ``transitions`` have lost.
    public var droppedTransitions: Int { hub.dropped }

    /// The state, the counts and the times at this moment.
    public var status: CircuitBreakerStatus {
        let now = runtime.now
        let date = runtime.date
        return guarded.withLock { CircuitBreakerStatus(name: name, &$0.core, now: now, date: date) }
    }
}

// MARK: - The ways in

extension CircuitBreaker {
    /// Asks for a permit. Whoever gets one settles it exactly once.
    func admit() -> BreakerAdmission {
        let (admission, hasNews) = asking(at: rules.measuresCalls ? runtime.now : nil) { guarded, now in
            guarded.core.acquire(now: now).map { ($0, guarded.core.hasNews) }
        }
        if hasNews { tell() }
        return admission
    }

    /// Says how the call of a permit ended.
    ///
    /// - Parameter time: When it was answered, where somebody has just looked at the clock. It is enough for the window of
    ///   a closed breaker, which is where nearly every call ends.
    func settle(_ permit: BreakerPermit, _ result: BreakerResult, at time: MonotonicTime? = nil) {
        let isExact = rules.measuresCalls || permit.probe != 0 || result.kind == .failure
        let now = isExact ? runtime.now : rules.timesSuccesses ? time ?? runtime.now : .zero
        var result = result
        if result.nanoseconds == nil, rules.measuresCalls {
            result.nanoseconds = now.nanoseconds &- permit.began.nanoseconds
        }
        change { $0.settle(permit, result, now: now) }
    }

    /// Takes in that a probe which had succeeded by its head has failed after all.
    func recant(_ permit: BreakerPermit, _ failure: BreakerResult) {
        let now = runtime.now
        change { $0.recant(permit, failure, now: now) }
    }

    /// Takes in a result without a permit.
    func record(_ result: BreakerResult) {
        let now = runtime.now
        change { $0.record(result, now: now) }
    }

    /// Changes the state and tells what came of it.
    func change(_ change: (inout BreakerCore) -> Void) {
        let hasNews = guarded.withLock { guarded in
            change(&guarded.core)
            return guarded.core.hasNews
        }
        if hasNews { tell() }
    }

    /// Asks the state, with the time only where the answer depends on it: the clock may be the program's own, and is
    /// never looked at under the lock.
    private func asking<Answer>(
        at time: MonotonicTime? = nil,
        _ body: (inout sending Guarded, MonotonicTime?) -> Answer?
    ) -> Answer {
        var time = time
        while true {
            if let answer = guarded.withLock({ body(&$0, time) }) { return answer }
            time = runtime.now
        }
    }

    /// Whether a call would be refused now.
    var refuses: Bool {
        asking { $0.core.outlook(now: $1).map { $0.refusal != nil } }
    }

    /// Whether a call that comes at a later time will be refused, by what is known now.
    func willRefuse(at time: MonotonicTime) -> Bool {
        guarded.withLock { $0.core.willRefuse(at: time) }
    }

    /// Why a call would be refused now, as an error, and counts it as rejected; nil when it would pass. Takes no permit.
    func reject() -> ResilientError? {
        let outlook = asking { guarded, now in
            let outlook = guarded.core.outlook(now: now)
            if outlook?.refusal != nil { guarded.core.noteRejection() }
            return outlook
        }
        return outlook.refusal.map(error)
    }

    /// Registers a watch, unless a call would be refused already.
    func addWatch(_ onOpen: @escaping @Sendable (ResilientError) -> Void) -> Result<UInt64, ResilientError> {
        let (id, refusal) = asking { guarded, now -> (UInt64, BreakerRefusal?)? in
            guard let outlook = guarded.core.outlook(now: now) else { return nil }
            if let refusal = outlook.refusal {
                guarded.core.noteRejection()
                return (0, refusal)
            }
            guarded.nextWatch += 1
            guarded.watches[guarded.nextWatch] = Watcher(onOpen: onOpen)
            return (guarded.nextWatch, nil)
        }
        return refusal.map { .failure(error($0)) } ?? .success(id)
    }

    func removeWatch(_ id: UInt64) -> Bool {
        guarded.withLock { $0.watches.removeValue(forKey: id) } != nil
    }

    /// How many watches wait for the breaker to open.
    var watchCount: Int { guarded.withLock { $0.watches.count } }
}
