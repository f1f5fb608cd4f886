/// The answer that a transport's caller waits for: whoever comes first settles it, be it the answer, an error, the
/// caller's cancellation or a shutdown.
///
/// A ``OneShot`` that is known here, where it can be specialised: in another module each use of a generic one would look
/// its types up at run time.
package final class PendingAnswer: Sendable {
    private let shot = OneShot<ClientResponse>()

    package init() {}

    /// Sets the answer. Returns false when somebody else already has.
    @discardableResult
    package func settle(_ answer: Result<ClientResponse, any Error>) -> Bool {
        shot.resolve(answer)
    }

    /// Waits for the answer; to be called once. `onEnd` is called when cancellation or a shutdown came first.
    package func value(_ context: RequestContext, onEnd: @escaping @Sendable () -> Void) async throws -> ClientResponse
    {
        try await context.call.interruptible(shot, onEnd: onEnd)
    }
}
