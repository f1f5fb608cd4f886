import Synchronization

/// The circuit breakers of a client: one for each key, made when it is first used.
///
/// Bounded: beyond ``CircuitBreakerConfiguration/keyLimit`` a new key takes the place of the one that was unused for
/// longest. Closed breakers without a call in flight go first, then closed ones, and one that is open or half-open only
/// when all are. Finding a breaker costs the same whether there are a hundred or a hundred thousand.
public final class CircuitBreakerRegistry: Sendable {
    /// Where a breaker stands.
    struct Place: Sendable {
        let key: CircuitBreakerKey
        let number: Int
    }

    private struct State {
        var breakers: [CircuitBreakerKey: CircuitBreaker] = [:]
        /// By number; nil for numbers that are free.
        var numbered: [CircuitBreaker?] = []
        var recency = RecencyLists()
        /// The breaker that was used last, which is often the next one too.
        var latest: CircuitBreaker?
        var evicted = 0
    }

    /// How far is looked for a breaker without calls in flight before the oldest goes anyway.
    private static let searchLimit = 8

    /// The settings of all breakers.
    public let configuration: CircuitBreakerConfiguration
    let rules: BreakerRules
    let runtime: ClientRuntime
    private let state = Mutex(State())
    private let hub = TransitionHub()
    private let onTransition: (@Sendable (CircuitBreaker.Transition) -> Void)?

    /// Makes an empty registry.
    ///
    /// Throws one configuration error that lists every problem of the configuration with its path.
    ///
    /// - Parameters:
    ///   - configuration: The settings of all breakers.
    ///   - runtime: Time.
    ///   - onTransition: Told about every change of state, in order for each breaker; must be quick.
    public init(
        _ configuration: CircuitBreakerConfiguration = CircuitBreakerConfiguration(),
        runtime: ClientRuntime = .system,
        onTransition: (@Sendable (CircuitBreaker.Transition) -> Void)? = nil
    ) throws {
        try configuration.validate()
        self.configuration = configuration
        self.runtime = runtime
        self.onTransition = onTransition
        rules = BreakerRules(configuration)
    }

    /// How many breakers there are.
    public var count: Int { state.withLock { $0.breakers.count } }

    /// How many breakers gave way to new keys.
    public var evictedCount: Int { state.withLock { $0.evicted } }

    /// A new stream of the changes of state of all breakers from now on. It keeps the newest 64 for a slow reader.
    public var transitions: AsyncStream<CircuitBreaker.Transition> { hub.listen() }

    /// How many changes of state slow readers of ``transitions`` have lost.
    public var droppedTransitions: Int { hub.dropped }

    /// The breakers that there are, each under its key.
    public var breakers: [CircuitBreakerKey: CircuitBreaker] { state.withLock { $0.breakers } }

    /// What each breaker is doing, by its name.
    public var statuses: [String: CircuitBreakerStatus] {
        Dictionary(breakers.values.map { ($0.name, $0.status) }) { first, _ in first }
    }

    /// The breaker of a key if there is one; looking does not count as use.
    public func existing(_ key: CircuitBreakerKey) -> CircuitBreaker? {
        state.withLock { $0.breakers[key] }
    }

    /// The breaker of a key, made if there is none.
    public func breaker(for key: CircuitBreakerKey) -> CircuitBreaker {
        // What was evicted goes away outside the lock, with whatever its listeners do about that.
        let (breaker, _) = state.withLock { state -> (CircuitBreaker, CircuitBreaker?) in
            if let latest = state.latest, latest.place?.key == key { return (latest, nil) }
            if let breaker = state.breakers[key] {
                if let place = breaker.place { state.recency.touch(place.number) }
                state.latest = breaker
                return (breaker, nil)
            }
            let evicted = state.breakers.count >= configuration.keyLimit ? evict(&state) : nil
            return (insert(key, &state), evicted)
        }
        return breaker
    }

    private func insert(_ key: CircuitBreakerKey, _ state: inout State) -> CircuitBreaker {
        let number = state.recency.insert(.ordinary)
        let breaker = CircuitBreaker(
            rules: rules,
            name: key.description,
            runtime: runtime,
            place: Place(key: key, number: number)
        ) { [weak self] in
            self?.note($0, of: key)
        }
        if number == state.numbered.count { state.numbered.append(nil) }
        state.numbered[number] = breaker
        state.breakers[key] = breaker
        state.latest = breaker
        return breaker
    }

    private func evict(_ state: inout State) -> CircuitBreaker? {
        guard let number = candidate(&state), let breaker = state.numbered[number], let place = breaker.place else {
            return nil
        }
        state.recency.remove(number)
        state.numbered[number] = nil
        state.breakers[place.key] = nil
        if state.latest === breaker { state.latest = nil }
        state.evicted += 1
        return breaker
    }

    private func candidate(_ state: inout State) -> Int? {
        guard let oldest = state.recency.leastUsed(.ordinary) else { return state.recency.leastUsed(.kept) }
        var number: Int? = oldest
        for _ in 0..<Self.searchLimit {
            guard let candidate = number else { break }
            if state.numbered[candidate]?.isIdle == true { return candidate }
            number = state.recency.newer(than: candidate)
        }
        return oldest
    }

    private func note(_ transition: CircuitBreaker.Transition, of key: CircuitBreakerKey) {
        state.withLock { state in
            // The one of now: the one that changed may have been evicted, and its key have another.
            guard let breaker = state.breakers[key], let place = breaker.place else { return }
            state.recency.move(place.number, to: breaker.state == .closed ? .ordinary : .kept)
        }
        hub.tell(transition)
        onTransition?(transition)
    }
}
