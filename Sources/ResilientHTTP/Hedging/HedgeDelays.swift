import Synchronization

/// How long to wait before a copy is sent, by what has a circuit of its own: an origin, or an endpoint there.
final class HedgeDelays: Sendable {
    private struct State {
        var windows: [CircuitBreakerKey: LatencyWindow] = [:]
        var order: [CircuitBreakerKey] = []
        var oldest = 0
    }

    /// The most endpoints that are kept; the one that came first goes first.
    private static let limit = 1_000

    private let configuration: HedgingConfiguration
    private let state = Mutex(State())

    init(_ configuration: HedgingConfiguration) {
        self.configuration = configuration
    }

    /// The delay for a key.
    func delay(_ key: @autoclosure () -> CircuitBreakerKey) -> Duration {
        if let delay = configuration.delay { return delay }
        let key = key()
        let measured = state.withLock { $0.windows[key]?.delay }
        guard let measured else { return configuration.initialDelay }
        return min(max(measured, configuration.minDelay), configuration.maxDelay)
    }

    /// Notes how long a good answer took.
    func note(_ time: Duration, _ key: @autoclosure () -> CircuitBreakerKey) {
        guard configuration.delay == nil else { return }
        let key = key()
        state.withLock { state in
            if state.windows[key] == nil {
                if state.order.count < Self.limit {
                    state.order.append(key)
                } else {
                    state.windows[state.order[state.oldest]] = nil
                    state.order[state.oldest] = key
                    state.oldest = (state.oldest + 1) % Self.limit
                }
            }
            state.windows[key, default: LatencyWindow()].add(time, quantile: configuration.quantile)
        }
    }
}
