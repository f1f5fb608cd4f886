import Synchronization

/// The circuit breakers of a client: one for each key, made when it is first used.
///
/// Bounded: beyond ``CircuitBreakerConfiguration/keyLimit`` a new key takes the place of the one that was unused for
/// longest. Closed breakers without a call in flight go first, then closed ones, and one that is open or half-open only
/// when all are. Finding a breaker costs the same whether there are a hundred or a hundred thousand.
public final class CircuitBreakerRegistry: Sendable {
    private struct Entry {
        let key: CircuitBreakerKey
        let breaker: CircuitBreaker
    }

    private struct State {
        var numbers: [CircuitBreakerKey: Int] = [:]
        /// By number; nil for numbers that are free.
        var entries: [Entry?] = []
        var recency = RecencyLists()
        /// The number of the breaker that was used last, which is often the next one too.
        var latest: Int?
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
    public var count: Int { state.withLock { $0.numbers.count } }

    /// How many breakers gave way to new keys.
    public var evictedCount: Int { state.withLock { $0.evicted } }

    /// A new stream of the changes of state of all breakers from now on. It keeps the newest 64 for a slow reader.
    public var transitions: AsyncStream<CircuitBreaker.Transition> { hub.listen() }

    /// How many changes of state slow readers of ``transitions`` have lost.
    public var droppedTransitions: Int { hub.dropped }

    /// The breakers that there are, each under its key.
    public var breakers: [CircuitBreakerKey: CircuitBreaker] {
        state.withLock { state in
            state.numbers.compactMapValues { state.entries[$0]?.breaker }
        }
    }

    /// What each breaker is doing, by its name.
    public var statuses: [String: CircuitBreakerStatus] {
        Dictionary(breakers.values.map { ($0.name, $0.status) }) { first, _ in first }
    }

    /// The breaker of a key if there is one; looking does not count as use.
    public func existing(_ key: CircuitBreakerKey) -> CircuitBreaker? {
        state.withLock { state in
            state.numbers[key].flatMap { state.entries[$0]?.breaker }
        }
    }

    /// The breaker of a key, made if there is none.
    public func breaker(for key: CircuitBreakerKey) -> CircuitBreaker {
        // What was evicted goes away outside the lock, with whatever its listeners do about that.
        let (breaker, _) = state.withLock { state -> (CircuitBreaker, Entry?) in
            if let latest = state.latest, let entry = state.entries[latest], entry.key == key {
                return (entry.breaker, nil)
            }
            if let number = state.numbers[key], let entry = state.entries[number] {
                state.recency.touch(number)
                state.latest = number
                return (entry.breaker, nil)
            }
            let evicted = state.numbers.count >= configuration.keyLimit ? evict(&state) : nil
            return (insert(key, &state), evicted)
        }
        return breaker
    }

    private func insert(_ key: CircuitBreakerKey, _ state: inout State) -> CircuitBreaker {
        let breaker = CircuitBreaker(rules: rules, name: key.description, runtime: runtime) { [weak self] in
            self?.note($0, of: key)
        }
        let number = state.recency.insert(.ordinary)
        if number == state.entries.count { state.entries.append(nil) }
        state.entries[number] = Entry(key: key, breaker: breaker)
        state.numbers[key] = number
        state.latest = number
        return breaker
    }

    private func evict(_ state: inout State) -> Entry? {
        guard let number = candidate(state), let entry = state.entries[number] else { return nil }
        state.recency.remove(number)
        state.entries[number] = nil
        state.numbers[entry.key] = nil
        if state.latest == number { state.latest = nil }
        state.evicted += 1
        return entry
    }

    private func candidate(_ state: State) -> Int? {
        guard let oldest = state.recency.oldest(.ordinary) else { return state.recency.oldest(.kept) }
        var number: Int? = oldest
        for _ in 0..<Self.searchLimit {
            guard let candidate = number else { break }
            if state.entries[candidate]?.breaker.isIdle == true { return candidate }
            number = state.recency.newer(than: candidate)
        }
        return oldest
    }

    private func note(_ transition: CircuitBreaker.Transition, of key: CircuitBreakerKey) {
        state.withLock { state in
            guard let number = state.numbers[key] else { return }
            state.recency.move(number, to: transition.to == .closed ? .ordinary : .kept)
        }
        hub.tell(transition)
        onTransition?(transition)
    }
}
