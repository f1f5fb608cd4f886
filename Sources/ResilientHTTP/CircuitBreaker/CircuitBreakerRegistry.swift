import Synchronization

/// The circuit breakers of a client: one for each key, made when it is first used.
///
/// Bounded: beyond ``CircuitBreakerConfiguration/keyLimit`` a new key takes the place of the one that was unused for
/// longest. Closed breakers without a call in flight go first, then closed ones, and one that is open or half-open only
/// when all are. Finding a breaker costs the same whether there are a hundred or a hundred thousand.
public final class CircuitBreakerRegistry: Sendable {
    private struct Node {
        let key: CircuitBreakerKey
        let breaker: CircuitBreaker
    }

    private struct State {
        /// By number; nil for numbers that are free.
        var nodes: [Node?] = []
        var index = HashIndex()
        var recency = RecencyLists()
        /// The number of the breaker that was used last, which is often the next one too.
        var latest = -1
        var evicted = 0

        func find(_ key: CircuitBreakerKey) -> Int? {
            index.find(key.quickHash) { nodes[$0]?.key == key }
        }
    }

    /// How far is looked for a breaker without calls in flight before the oldest goes anyway.
    private static let searchLimit = 8

    /// The settings of all breakers.
    public let configuration: CircuitBreakerConfiguration
    let rules: BreakerRules
    let runtime: ClientRuntime
    private let state = Mutex(State())
    private let hub = TransitionHub()
    /// What went wrong with the store that the breakers are shared through.
    let storeCounts = StoreAccess.Counts()
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
    public var count: Int { state.withLock { $0.index.count } }

    /// How many breakers gave way to new keys.
    public var evictedCount: Int { state.withLock { $0.evicted } }

    /// How often the store that these breakers are shared through threw or did not answer in time; 0 without one.
    public var storeFailures: Int { storeCounts.failures }

    /// The outcomes that could not be told to the store, because it was too slow or had just failed; 0 without one.
    public var storeReportsDropped: Int { storeCounts.dropped }

    /// A new stream of the changes of state of all breakers from now on. It keeps the newest 64 for a slow reader.
    public var transitions: AsyncStream<CircuitBreaker.Transition> { hub.listen() }

    /// How many changes of state slow readers of ``transitions`` have lost.
    public var droppedTransitions: Int { hub.dropped }

    /// The breakers that there are, each under its key.
    public var breakers: [CircuitBreakerKey: CircuitBreaker] {
        let nodes = state.withLock { $0.nodes }
        return Dictionary(nodes.compactMap { $0.map { ($0.key, $0.breaker) } }) { first, _ in first }
    }

    /// What each breaker is doing, by its name.
    public var statuses: [String: CircuitBreakerStatus] {
        Dictionary(breakers.values.map { ($0.name, $0.status) }) { first, _ in first }
    }

    /// The breaker of a key if there is one; looking does not count as use.
    public func existing(_ key: CircuitBreakerKey) -> CircuitBreaker? {
        state.withLock { state in state.find(key).flatMap { state.nodes[$0]?.breaker } }
    }

    /// The breaker of a key, made if there is none.
    public func breaker(for key: CircuitBreakerKey) -> CircuitBreaker {
        // What was evicted goes away outside the lock, with whatever its listeners do about that.
        let (breaker, _) = state.withLock { state -> (CircuitBreaker, CircuitBreaker?) in
            if state.latest >= 0, let latest = state.nodes[state.latest], latest.key == key {
                return (latest.breaker, nil)
            }
            if let number = state.find(key), let node = state.nodes[number] {
                state.recency.touch(number)
                state.latest = number
                return (node.breaker, nil)
            }
            let evicted = state.index.count >= configuration.keyLimit ? evict(&state) : nil
            return (insert(key, &state), evicted)
        }
        return breaker
    }

    private func insert(_ key: CircuitBreakerKey, _ state: inout State) -> CircuitBreaker {
        let number = state.recency.insert(.ordinary)
        let breaker = CircuitBreaker(
            rules: rules,
            name: key.description,
            runtime: runtime
        ) { [weak self] in
            self?.note($0, of: key)
        }
        if number == state.nodes.count { state.nodes.append(nil) }
        state.nodes[number] = Node(key: key, breaker: breaker)
        state.index.insert(number, hash: key.quickHash)
        state.latest = number
        return breaker
    }

    private func evict(_ state: inout State) -> CircuitBreaker? {
        guard let number = candidate(&state), let node = state.nodes[number] else { return nil }
        state.recency.remove(number)
        state.nodes[number] = nil
        state.index.remove(number, hash: node.key.quickHash)
        if state.latest == number { state.latest = -1 }
        state.evicted += 1
        return node.breaker
    }

    private func candidate(_ state: inout State) -> Int? {
        guard let oldest = state.recency.leastUsed(.ordinary) else { return state.recency.leastUsed(.kept) }
        var number: Int? = oldest
        for _ in 0..<Self.searchLimit {
            guard let candidate = number else { break }
            if state.nodes[candidate]?.breaker.isIdle == true { return candidate }
            number = state.recency.newer(than: candidate)
        }
        return oldest
    }

    private func note(_ transition: CircuitBreaker.Transition, of key: CircuitBreakerKey) {
        state.withLock { state in
            // The one of now: the one that changed may have been evicted, and its key have another.
            guard let number = state.find(key), let breaker = state.nodes[number]?.breaker else { return }
            state.recency.move(number, to: breaker.state == .closed ? .ordinary : .kept)
        }
        hub.tell(transition)
        onTransition?(transition)
    }
}
