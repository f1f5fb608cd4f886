import Synchronization

/// A result that is set once, by whoever comes first, and awaited by one task.
///
/// It is the one way in which this package suspends: an answer, a timer, a cancellation and a shutdown race for the
/// same claim, the first wins and the others are told that they lost. Nothing is ever resumed twice or never.
package final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case pending
        case waiting(UnsafeContinuation<Value, any Error>)
        case resolved(Result<Value, any Error>)
        case taken
    }

    private let state = Mutex(State.pending)

    package init() {}

    /// Sets the result. Returns false when somebody else already has.
    @discardableResult
    package func resolve(_ result: Result<Value, any Error>) -> Bool {
        let (won, continuation) = state.withLock {
            state -> (Bool, UnsafeContinuation<Value, any Error>?) in
            switch state {
            case .pending:
                state = .resolved(result)
                return (true, nil)
            case .waiting(let continuation):
                state = .taken
                return (true, continuation)
            case .resolved, .taken:
                return (false, nil)
            }
        }
        continuation?.resume(with: result)
        return won
    }

    /// Waits for the result. To be called once.
    package func value() async throws -> Value {
        // What a checked continuation would check is what this type is for; it would cost each wait an object.
        try await withUnsafeThrowingContinuation { continuation in
            let result = state.withLock { state -> Result<Value, any Error>? in
                guard case .resolved(let result) = state else {
                    state = .waiting(continuation)
                    return nil
                }
                state = .taken
                return result
            }
            if let result { continuation.resume(with: result) }
        }
    }
}
