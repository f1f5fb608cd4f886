import ResilientHTTP

/// Something that runs beside a check and may be deaf: it can be waited for, cancelled, and left alone.
final class Flight<Value: Sendable>: Sendable {
    private struct NotEnded: Error {}

    private let result = OneShot<Value>()
    private let task: Task<Void, Never>
    private let runtime: ClientRuntime

    init(runtime: ClientRuntime, _ operation: @escaping @Sendable () async throws -> Value) {
        self.runtime = runtime
        task = runtime.start { [result] in
            do {
                result.resolve(.success(try await operation()))
            } catch {
                result.resolve(.failure(error))
            }
        }
    }

    func cancel() {
        task.cancel()
    }

    /// How it ended; nil when it has not ended in time. To be called once: what comes later is thrown away.
    func outcome(within limit: Duration) async -> Result<Value, any Error>? {
        let timer = runtime.schedule(at: runtime.now + limit) { [result] in result.resolve(.failure(NotEnded())) }
        defer { timer.cancel() }
        do {
            return .success(
                try await withTaskCancellationHandler {
                    try await result.value()
                } onCancel: { [result] in
                    result.resolve(.failure(NotEnded()))
                }
            )
        } catch is NotEnded {
            return nil
        } catch {
            return .failure(error)
        }
    }
}
