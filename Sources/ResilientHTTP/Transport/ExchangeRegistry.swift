import Synchronization

/// The exchanges of a transport that are under way, over all its sessions, so that a shutdown can end them.
final class ExchangeRegistry: Sendable {
    private struct State {
        var isClosed = false
        var exchanges: [ObjectIdentifier: Exchange] = [:]
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.exchanges.count } }

    /// Enters an exchange; throws `clientClosed` after ``close()``.
    func begin(_ exchange: Exchange) throws {
        try state.withLock { state in
            if state.isClosed { throw CallRegistry.closed }
            state.exchanges[ObjectIdentifier(exchange)] = exchange
        }
    }

    func end(_ exchange: Exchange) {
        state.withLock { $0.exchanges[ObjectIdentifier(exchange)] = nil }
    }

    /// Refuses new exchanges and returns those under way.
    func close() -> [Exchange] {
        state.withLock { state in
            state.isClosed = true
            return Array(state.exchanges.values)
        }
    }
}
