/// Sets the deadline of each attempt, and the timeouts that the transport keeps.
final class AttemptTimeoutStage: Middleware {
    private let timeouts: Timeouts

    init(timeouts: Timeouts) {
        self.timeouts = timeouts
    }

    @inline(__always)
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        try await next(request, context: context.boundingAttempt(by: timeouts))
    }
}

extension RequestContext {
    /// The context of an attempt that begins now: what the call's options say counts more than the client's timeouts,
    /// and what neither says stays as it is.
    @inline(never)
    func boundingAttempt(by timeouts: Timeouts) -> RequestContext {
        var context = self
        if let connect = options.connectTimeout ?? timeouts.connect { context.wireTimeouts.connect = connect }
        if let firstByte = options.firstByteTimeout ?? timeouts.firstByte { context.wireTimeouts.firstByte = firstByte }
        if let idle = options.idleTimeout ?? timeouts.idle { context.wireTimeouts.idle = idle }
        if let attempt = options.attemptTimeout ?? timeouts.attempt {
            let now = runtime.now
            context.beginAttempt(at: now, timeout: attempt)
            // What really bounds it: the rest of the total may be shorter.
            explain(.attemptTimeout, .bounded(context.deadline.map { $0.instant - now } ?? attempt))
        }
        return context
    }
}
