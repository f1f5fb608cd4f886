extension RequestContext {
    /// Waits for an operation that may be deaf: the caller goes on at the deadline, at cancellation and at shutdown,
    /// whatever the operation does; what it brings back later is thrown away.
    ///
    /// A task group cannot do this: it waits for the deaf child.
    ///
    /// - Parameter reachedServer: what the deadline's error says about the request.
    package func race<Value: Sendable>(
        reachedServer: ResilientError.ReachedServer,
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let result = OneShot<Value>()
        let runtime = runtime
        let task = runtime.start {
            do {
                result.resolve(.success(try await operation()))
            } catch {
                result.resolve(.failure(error))
            }
        }
        let timer = deadline.map { deadline in
            runtime.schedule(at: deadline.instant) {
                guard result.resolve(.failure(deadline.error(reachedServer: reachedServer))) else { return }
                // Elsewhere: cancelling runs the operation's own handlers, which may block, and this thread serves
                // every timer of the process.
                runtime.start { task.cancel() }
            }
        }
        defer { timer?.cancel() }
        return try await call.interruptible(result, onEnd: { task.cancel() })
    }
}
