extension RequestContext {
    /// Waits for work that may be deaf: the caller goes on at the deadline, at cancellation and at shutdown, whatever
    /// the work does; what it brings back later is thrown away.
    ///
    /// A task group cannot do this: it waits for the deaf child.
    func race<Value: Sendable>(
        reachedServer: ResilientError.ReachedServer,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let result = OneShot<Value>()
        let task = runtime.start {
            do {
                result.resolve(.success(try await work()))
            } catch {
                result.resolve(.failure(error))
            }
        }
        let timer = deadline.map { deadline in
            runtime.schedule(at: deadline.instant) {
                if result.resolve(.failure(deadline.error(reachedServer: reachedServer))) { task.cancel() }
            }
        }
        defer { timer?.cancel() }
        return try await call.interruptible(result, onEnd: { task.cancel() })
    }
}
