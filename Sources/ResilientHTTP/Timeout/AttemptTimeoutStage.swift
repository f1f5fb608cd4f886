/// Sets the deadline of each attempt, and the timeouts that the transport keeps.
struct AttemptTimeoutStage: Middleware {
    let timeouts: Timeouts

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        var context = context
        context.wireTimeouts = WireTimeouts(
            connect: context.options.connectTimeout ?? timeouts.connect,
            firstByte: context.options.firstByteTimeout ?? timeouts.firstByte,
            idle: context.options.idleTimeout ?? timeouts.idle
        )
        if let attempt = context.options.attemptTimeout ?? timeouts.attempt {
            context.tighten(Deadline(context.runtime.now + attempt, kind: .attempt, timeout: attempt))
            context.explain(.attemptTimeout, .bounded(attempt))
        }
        return try await next(request, context: context)
    }
}
