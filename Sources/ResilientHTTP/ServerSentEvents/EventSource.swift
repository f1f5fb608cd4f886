/// What a stream of events needs of a client: answers, time, and waits that end with the caller.
package struct EventSource: Sendable {
    /// Makes a connection, with the value to send as `Last-Event-ID` where there is one. Every status is an answer;
    /// the body may still be arriving, and is let go by letting go of the response.
    package typealias Connect = @Sendable (_ lastEventID: String?) async throws -> ClientResponse
    package typealias Wait = @Sendable (Duration) async throws -> Void

    let runtime: ClientRuntime
    let connect: Connect
    let wait: Wait

    /// - Parameter wait: Ends early, by throwing, when the task is cancelled or the client is shut down; without it
    ///   only cancellation ends a wait.
    package init(runtime: ClientRuntime, wait: Wait? = nil, connect: @escaping Connect) {
        self.runtime = runtime
        self.connect = connect
        self.wait = wait ?? { try await Self.sleep(for: $0, runtime) }
    }

    private static func sleep(for duration: Duration, _ runtime: ClientRuntime) async throws {
        let wake = OneShot<Void>()
        let timer = runtime.schedule(at: runtime.now + duration) { wake.resolve(.success(())) }
        defer { timer.cancel() }
        try await withTaskCancellationHandler {
            try await wake.value()
        } onCancel: {
            wake.resolve(.failure(CancellationError()))
        }
    }
}
