import Synchronization

extension RequestContext {
    /// Runs an operation that can be ended from outside: `onEnd` is called, once at most and from any thread, when the
    /// call's task is cancelled or its client is shut down, with the error to end with.
    ///
    /// It is what `withTaskCancellationHandler` is for a task, for whoever waits inside a stage or a transport: a
    /// transport that declares ``TransportCapabilities/honoursDeadlines`` keeps the shutdown with it. `onEnd` must be
    /// short and must not block.
    public func withEndHandler<Value>(
        _ operation: () async throws -> Value,
        onEnd: @escaping @Sendable (any Error) -> Void
    ) async rethrows -> Value {
        let first = First()
        return try await call.endable(by: { if first.claim() { onEnd($0) } }, operation)
    }

    /// Lets one of several through.
    private final class First: Sendable {
        private let isClaimed = Atomic(false)

        func claim() -> Bool {
            !isClaimed.exchange(true, ordering: .relaxed)
        }
    }
}
