/// What bounds a streamed body, and how its errors are told.
struct BodyRules: Sendable {
    /// The most bytes of the whole body.
    let limit: Int
    /// The longest a reader waits for the next chunk; nil for ever.
    let idle: Duration?
    let call: CallRecord

    /// For a call that reads the body as it arrives.
    init(_ context: RequestContext) {
        limit = context.body.limit
        idle = context.wireTimeouts.idle
        call = context.call
    }

    var runtime: ClientRuntime { call.runtime }

    /// A transport's error as the reader gets it: of the one type, with what the call went through. The head has
    /// arrived, so the request has too.
    func translated(_ error: any Error) -> any Error {
        // Not by the current task: it is the producer's, or one that shuts the client down. The reader's own
        // cancellation does not come this way.
        let normal = TransportErrors.normalized(error, in: call, isCancelled: false)
        guard var known = normal as? ResilientError else { return normal }
        known.reachedServer = .yes
        known.describe(call)
        return known
    }

    func idleError(_ timeout: Duration) -> any Error {
        translated(
            ResilientError(
                .attemptTimeout,
                "nothing more of the answer came within the idle timeout of \(timeout.decimalSeconds) s",
                reachedServer: .yes
            )
        )
    }
}
