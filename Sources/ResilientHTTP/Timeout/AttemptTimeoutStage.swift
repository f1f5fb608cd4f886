/// Sets the deadline of each attempt, and the timeouts that the transport keeps.
final class AttemptTimeoutStage: Middleware {
    private let timeouts: Timeouts
    private let attemptNanoseconds: Int64?

    init(timeouts: Timeouts) {
        self.timeouts = timeouts
        attemptNanoseconds = timeouts.attempt?.saturatedNanoseconds
    }

    @inline(__always)
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        try await next(request, context: bounded(context))
    }

    @inline(never)
    private func bounded(_ context: RequestContext) -> RequestContext {
        context.boundingAttempt(by: timeouts, attempt: attemptNanoseconds)
    }
}

extension RequestContext {
    /// The context of an attempt that begins now: what the call's options say counts more than the client's timeouts,
    /// and what neither says stays as it is.
    func boundingAttempt(by timeouts: Timeouts, attempt: Int64?) -> RequestContext {
        var context = self
        if let connect = options.connectTimeout ?? timeouts.connect { context.wireTimeouts.connect = connect }
        if let firstByte = options.firstByteTimeout ?? timeouts.firstByte { context.wireTimeouts.firstByte = firstByte }
        let attempt = options.attemptTimeout?.saturatedNanoseconds ?? attempt
        // An attempt that ends earlier, with its body, needs none; most calls are of that kind, and it would cost them.
        if let idle = timeouts.idle(of: context),
            idle != Timeouts.defaultIdle || body.isStream || idle.saturatedNanoseconds < attempt ?? .max
        {
            context.wireTimeouts.idle = idle
        }
        if let attempt {
            let now = runtime.now
            context.beginAttempt(at: now, nanoseconds: attempt)
            // What really bounds it: the rest of the total may be shorter.
            let end = context.deadline?.instant ?? now.advanced(byNanoseconds: attempt)
            explain(.attemptTimeout, .bounded(nanoseconds: end.nanoseconds &- now.nanoseconds))
        }
        return context
    }
}
