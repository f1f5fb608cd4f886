import Synchronization

/// Hands changes of state to whoever listens; a listener that is slow loses the oldest ones, which are counted.
final class TransitionHub: Sendable {
    typealias Stream = AsyncStream<CircuitBreaker.Transition>

    private struct State {
        var listeners: [Int: Stream.Continuation] = [:]
        var nextListener = 0
        var dropped = 0
    }

    /// The most changes that wait for a listener.
    static let bufferLimit = 64

    private let state = Mutex(State())

    deinit {
        // Ended outside the lock: ending calls the handler below.
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.finish() }
    }

    var dropped: Int { state.withLock { $0.dropped } }

    func listen() -> Stream {
        let (stream, continuation) = Stream.makeStream(bufferingPolicy: .bufferingNewest(Self.bufferLimit))
        let id = state.withLock { state in
            defer { state.nextListener += 1 }
            state.listeners[state.nextListener] = continuation
            return state.nextListener
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.listeners[id] = nil }
        }
        return stream
    }

    func tell(_ transition: CircuitBreaker.Transition) {
        let listeners = state.withLock { Array($0.listeners.values) }
        var dropped = 0
        for listener in listeners {
            if case .dropped = listener.yield(transition) { dropped += 1 }
        }
        if dropped > 0 { state.withLock { $0.dropped += dropped } }
    }
}
