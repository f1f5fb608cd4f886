import Synchronization

/// How a simulation's body ended, once it has.
final class OutcomeBox<Value: Sendable>: Sendable {
    private let state = Mutex<Result<Value, any Error>?>(nil)

    var value: Result<Value, any Error>? { state.withLock { $0 } }

    func set(_ result: Result<Value, any Error>) {
        state.withLock { $0 = result }
    }
}
