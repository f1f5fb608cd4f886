/// Sets the deadline of each attempt, and the timeouts that the transport keeps.
struct AttemptTimeoutStage: Middleware {
    let timeouts: Timeouts

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        var context = context
        context.boundAttempt(by: timeouts)
        return try await next(request, context: context)
    }
}

extension RequestContext {
    /// Begins an attempt: what the call's options say counts more than the client's timeouts, and what neither says
    /// stays as it is.
    mutating func boundAttempt(by timeouts: Timeouts) {
        let options = options
        if let connect = options.connectTimeout ?? timeouts.connect { wireTimeouts.connect = connect }
        if let firstByte = options.firstByteTimeout ?? timeouts.firstByte { wireTimeouts.firstByte = firstByte }
        if let idle = options.idleTimeout ?? timeouts.idle { wireTimeouts.idle = idle }
        if let attempt = options.attemptTimeout ?? timeouts.attempt {
            tighten(Deadline(runtime.now + attempt, kind: .attempt, timeout: attempt))
            explain(.attemptTimeout, .bounded(attempt))
        }
    }
}
