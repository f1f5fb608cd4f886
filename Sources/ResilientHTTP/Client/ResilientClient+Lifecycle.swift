extension ResilientClient {
    /// Ends the client: refuses new calls with `clientClosed`, waits for those under way, then ends what is left.
    ///
    /// May be called more than once, and returns when nothing of the client is under way or the grace is over.
    /// Default: 5 s of grace; zero ends everything at once.
    ///
    /// A cache's store that is not memory is then told what it does not know yet, for
    /// ``CacheConfiguration/storeTimeout`` at most.
    @concurrent
    public func shutdown(grace: Duration = .seconds(5)) async {
        calls.close()
        if grace > .zero, calls.count > 0 {
            let drained = OneShot<Void>()
            calls.notifyWhenDrained(drained)
            let timer = runtime.schedule(at: runtime.now + grace) { drained.resolve(.success(())) }
            // A task that is cancelled while it shuts down does not wait any longer, but still ends the rest.
            try? await withTaskCancellationHandler {
                try await drained.value()
            } onCancel: {
                drained.resolve(.success(()))
            }
            timer.cancel()
        }
        calls.interruptAll()
        // What a store has not been told yet; it gets its timeout for that.
        try? await stageState.cache?.flush()
        await lease.release()
    }
}

/// Makes a client, hands it to `body`, and shuts it down however `body` ends.
///
/// ```swift
/// try await withResilientClient(configuration) { client in
///     try await client.get("/health")
/// }
/// ```
///
/// Throws a configuration error that lists every problem, and whatever `body` throws.
@discardableResult
public func withResilientClient<Result>(
    _ configuration: Configuration = .recommended,
    dependencies: Dependencies = Dependencies(),
    grace: Duration = .seconds(5),
    _ body: (ResilientClient) async throws -> Result
) async throws -> Result {
    let client = try ResilientClient(configuration, dependencies: dependencies)
    do {
        let result = try await body(client)
        await client.shutdown(grace: grace)
        return result
    } catch {
        await client.shutdown(grace: grace)
        throw error
    }
}
