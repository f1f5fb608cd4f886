/// The refusals of the limiter, each saying what to do about it.
enum RateLimitErrors {
    static func usedUp(
        _ limit: String,
        _ estimate: WaitEstimate,
        _ call: LimiterCall,
        now: MonotonicTime
    ) -> ResilientError {
        let wait = estimate.time - now
        let why =
            call.waiting == .fail
            ? "and calls do not wait (on_limit)" : "and the wait of \(wait.decimalSeconds) s does not fit"
        return make("\(limit) is used up, \(why)", retryAfter: wait)
    }

    static func tooManyWait(
        _ limit: String,
        _ estimate: WaitEstimate,
        _ maxWaiters: Int,
        now: MonotonicTime
    ) -> ResilientError {
        make(
            "\(limit) is used up, and \(maxWaiters) calls wait already (max_waiters)",
            retryAfter: estimate.time - now
        )
    }

    static func waitedEnough(
        _ limit: String,
        _ estimate: WaitEstimate,
        since began: MonotonicTime,
        now: MonotonicTime
    ) -> ResilientError {
        make(
            "\(limit) is used up; the call waited \((now - began).decimalSeconds) s and may not wait longer",
            retryAfter: estimate.time - now
        )
    }

    /// No wait can help, so there is no time to come back.
    static func neverFits(cost: Int, _ configuration: RateLimitConfiguration) -> ResilientError {
        let tooSmall = configuration.allLimits.first { $0.limit.counts == .cost && $0.limit.capacity < cost }
        let name = tooSmall?.name ?? ""
        return ResilientError(
            .rateLimited,
            "a cost of \(cost) can never be admitted: the limit '\(name)' holds \(tooSmall?.limit.capacity ?? 0) at "
                + "most; raise its burst or limit, or split the request",
            reachedServer: .no
        )
    }

    static func storeFailed(_ cause: (any Error)?) -> ResilientError {
        ResilientError(
            .rateLimited,
            "the shared store of the limits does not answer, and calls do not go on without it (on_store_failure)",
            reachedServer: .no,
            cause: cause
        )
    }

    static func make(_ message: String, retryAfter: Duration) -> ResilientError {
        var error = ResilientError(.rateLimited, message, reachedServer: .no)
        error.retryAfter = max(.zero, retryAfter)
        return error
    }
}
