/// How background tasks are started.
///
/// Unstructured tasks leave a custom task executor, so the library starts every one of them here; a simulation
/// injects a starter that keeps them on its own executor.
public protocol TaskStarter: Sendable {
    /// Starts an unstructured task that inherits the caller's task-locals and priority.
    func start(_ operation: @escaping @Sendable () async -> Void) -> Task<Void, Never>
}

/// Starts tasks on the global executor.
public struct SystemTaskStarter: TaskStarter {
    /// Makes the starter.
    public init() {}

    /// Starts a task on the global executor.
    public func start(_ operation: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task { await operation() }
    }
}
