import Synchronization

/// Limits how fast calls go out, alone or as a stage of a client.
///
/// ```swift
/// let limiter = try RateLimiter(RateLimitConfiguration(["model": .tokenBucket(rate: 10, burst: 20, scope: .model)]))
/// let reservation = try await limiter.acquire(for: RateLimitKey(tags: ["model": "large"]))
/// ```
///
/// Several limits are taken from together or not at all. Who waits is served in the order of coming, key by key; all
/// of them share one timer and none has a task of its own. What was taken and not used can be given back.
public final class RateLimiter: Sendable {
    /// What the limiter was made from.
    public let configuration: RateLimitConfiguration

    let runtime: ClientRuntime
    let state: Mutex<LimiterState>
    let store: StoreClient?
    let rules: [LimitRule]
    /// The largest cost that every limit can admit, so that nearly all calls need only one comparison.
    private let largestCost: Int
    /// Whether the server has said something that no limit of ours stands for; else its keys need not be made.
    let hasServerWord = Atomic(false)

    /// Makes a limiter.
    ///
    /// - Parameters:
    ///   - configuration: The limits and what happens beyond them.
    ///   - runtime: Time and timers. Default: the system's.
    ///   - store: Where the limits are kept when several processes share them. Default: in memory, without a detour.
    ///
    /// Throws one configuration error that lists every problem with its path.
    public init(
        _ configuration: RateLimitConfiguration,
        runtime: ClientRuntime = .system,
        store: (any RateLimitStore)? = nil
    ) throws {
        try configuration.validate()
        self.configuration = configuration
        self.runtime = runtime
        let limits = configuration.allLimits
        var rules: [LimitRule] = []
        if let store {
            self.store = StoreClient(store, limits: limits, configuration, runtime: runtime)
        } else {
            self.store = nil
            rules = limits.map { LimitRule(name: $0.name, limit: $0.limit) }
        }
        if let adaptive = configuration.adaptive { rules.append(LimitRule(adaptive: adaptive)) }
        if configuration.heedsServer { rules.append(LimitRule(serverScope: configuration.serverScope)) }
        self.rules = rules
        largestCost = limits.filter { $0.limit.counts == .cost }.map(\.limit.capacity).min() ?? .max
        state = Mutex(LimiterState(rules: rules, longest: configuration.maxServerDelay))
    }

    /// Takes what a call costs if it is there now and nobody waits for it; nil if not.
    ///
    /// - Parameters:
    ///   - cost: What the call costs in limits that count cost. Default: 1.
    ///   - key: For whom it is. Default: no key, which limits over the whole client do not need.
    ///
    /// Throws `rateLimited` for a cost that no wait can bring, `configuration` for one below zero, `clientClosed` after
    /// ``shutdown()``, and `unsupported` with a shared store, which takes time to ask.
    public func tryAcquire(cost: Int = 1, for key: RateLimitKey = RateLimitKey()) throws -> Reservation? {
        if store != nil {
            throw ResilientError(
                .unsupported,
                "a limiter with a shared store cannot be asked without waiting; use acquire",
                reachedServer: .no
            )
        }
        try check(cost: cost)
        return try take(keys(of: key), cost: cost).map { Reservation(self, LimiterPassage(grant: $0)) }
    }

    /// Takes what a call costs, waiting for it as configured.
    ///
    /// - Parameters:
    ///   - cost: What the call costs in limits that count cost. Default: 1.
    ///   - key: For whom it is. Default: no key.
    ///   - deadline: When the wait must be over, on the runtime's clock. Default: never.
    ///   - waiting: What happens when nothing is left, in place of what is configured.
    ///
    /// Throws `rateLimited` with `retryAfter` when the wait would not fit or is over, or too many wait already;
    /// `rateLimited` without it for a cost that no wait can bring; `clientClosed` at ``shutdown()``;
    /// `CancellationError` when the task is cancelled.
    @concurrent
    public func acquire(
        cost: Int = 1,
        for key: RateLimitKey = RateLimitKey(),
        deadline: MonotonicTime? = nil,
        waiting: RateLimitWaiting? = nil
    ) async throws -> Reservation {
        try Task.checkCancellation()
        try check(cost: cost)
        if store == nil, let grant = try take(keys(of: key), cost: cost) {
            return Reservation(self, LimiterPassage(grant: grant))
        }
        let record = CallRecord(requestID: RequestID(high: 0, low: 0), options: RequestOptions(), runtime: runtime)
        var context = RequestContext(call: record)
        if let deadline { context.deadline = Deadline(deadline, kind: .total, timeout: deadline - record.startedAt) }
        let call = LimiterCall(
            keys: keys(of: key, withServer: true),
            storeKeys: store?.keys(of: key) ?? [],
            cost: cost,
            waiting: waiting ?? configuration.onLimit,
            context: context
        )
        let passage =
            switch try enter(call) {
            case .passed(let passage): passage
            case .waits(let waiter, _, _): try await turn(of: waiter)
            }
        guard let store else { return Reservation(self, passage) }
        return Reservation(self, try await pass(store, passage, call))
    }

    /// Ends every wait with `clientClosed`, now and later.
    public func shutdown() {
        let waiters = state.withLock { state in
            state.isClosed = true
            let waiters = state.standing.keys.sorted().compactMap { state.leave($0)?.waiter }
            arm(&state)
            return waiters
        }
        for waiter in waiters { waiter.shot.resolve(.failure(CallRegistry.closed)) }
        store?.close()
    }
}

// MARK: - Taking and giving back

extension RateLimiter {
    /// The keys of a call in the limits that are kept here.
    ///
    /// - Parameter withServer: Whether to make the one for the server's word even if there is none yet: a call that
    ///   waits must hear what is said in the meantime.
    func keys(of source: some LimitKeySource, withServer: Bool = false) -> CallKeys {
        var keys = CallKeys()
        for rule in rules {
            if !rule.isServer {
                keys.add(rule.isShared ? .shared : LimitKey(rule.parts, of: source))
            } else if withServer || hasServerWord.load(ordering: .relaxed) {
                keys.server = LimitKey(rule.parts, of: source)
            }
        }
        return keys
    }

    /// Refuses what can never be admitted.
    func check(cost: Int) throws {
        guard cost >= 0 else {
            throw ResilientError.configuration([
                ConfigurationProblem(path: "cost", message: "\(cost) is out of range: expected zero or more")
            ])
        }
        guard cost > largestCost else { return }
        state.withLock { $0.totals.rejected += 1 }
        throw RateLimitErrors.neverFits(cost: cost, configuration)
    }

    func take(_ keys: CallKeys, cost: Int) throws -> Grant? {
        let now = runtime.now
        return try state.withLock { state in
            if state.isClosed { throw CallRegistry.closed }
            let now = state.inOrder(now)
            defer { if keys.server != nil { noteServerWord(&state) } }
            return state.take(keys, cost: cost, now: now)
        }
    }

    /// Notes whether the server's word still holds for anybody.
    func noteServerWord(_ state: inout LimiterState) {
        guard let last = rules.indices.last, rules[last].isServer else { return }
        hasServerWord.store(state.tables[last].count > 0, ordering: .relaxed)
    }

    /// Gives back what a call has taken and not used.
    func refund(_ grant: Grant) {
        change { state, now, woken in
            state.totals.refunded += 1
            state.serve(state.undo(grant, now: now), now: now, into: &woken)
        }
    }

    func settle(_ grant: Grant, cost: Int) {
        change { state, now, woken in
            state.serve(state.settle(grant, cost: cost, now: now), now: now, into: &woken)
        }
    }

    /// Changes the state, tells those whose wait that ended, and sets the timer for the others.
    func change(_ body: (inout LimiterState, MonotonicTime, inout [Woken]) -> Void) {
        let now = runtime.now
        let woken = state.withLock { state in
            var woken: [Woken] = []
            body(&state, state.inOrder(now), &woken)
            arm(&state)
            noteServerWord(&state)
            return woken
        }
        tell(woken)
    }
}
