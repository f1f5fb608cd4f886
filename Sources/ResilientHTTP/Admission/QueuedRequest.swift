import Synchronization

/// An operation in a ``PriorityQueue``, from ``PriorityQueue/enqueue(priority:timeout:_:)`` on (acceptance row 195).
public struct QueuedRequest<Value: Sendable>: Sendable {
    final class Outcome: Sendable {
        private let result = Mutex<Result<Value, any Error>?>(nil)

        var value: Result<Value, any Error>? { result.withLock { $0 } }

        func set(_ result: Result<Value, any Error>) {
            self.result.withLock { $0 = result }
        }
    }

    let task: Task<Void, Never>
    let outcome: Outcome

    /// The operation's value, once it has run.
    ///
    /// Throws what it throws, and the queue's errors. May be asked any number of times. Cancelling the task that asks
    /// does not cancel the operation: ``cancel()`` does.
    public var value: Value {
        get async throws {
            await task.value
            // The task sets it before it ends.
            guard let result = outcome.value else { throw CancellationError() }
            return try result.get()
        }
    }

    /// How it ended; nil while it waits or runs.
    public var result: Result<Value, any Error>? { outcome.value }

    /// Whether it has ended.
    public var isCompleted: Bool { outcome.value != nil }

    /// Takes it out of the queue, or cancels its task when it runs.
    public func cancel() {
        task.cancel()
    }
}
