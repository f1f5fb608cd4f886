/// Sends a request again when an attempt failed and another one may help.
///
/// Whether is the policy's word, when the longer of backoff and server's, how much the budget's; above all three
/// stands what may be sent twice at all. When retries are used up, the last answer is returned or the last error
/// thrown, as if it had been the only one.
final class RetryStage: Middleware {
    private let configuration: RetryConfiguration
    private let policy: any RetryPolicy
    private let classifier: FailureClassifier
    private let refreshCredentials: CredentialRefresher?
    private let budget: RetryBudget?
    private let attemptHeader: HeaderFields.Name?

    init(
        _ configuration: RetryConfiguration,
        budget: RetryBudget?,
        policy: (any RetryPolicy)?,
        failureClass: (@Sendable (any Error) -> FailureClass?)?,
        refreshCredentials: CredentialRefresher?
    ) {
        self.configuration = configuration
        self.policy = policy ?? StandardRetryPolicy(configuration)
        self.budget = budget
        self.refreshCredentials = refreshCredentials
        classifier = FailureClassifier(
            retryableStatuses: configuration.statuses,
            heedsServer: configuration.heedsServer,
            custom: failureClass
        )
        attemptHeader = configuration.attemptHeader.flatMap { HeaderFields.Name($0) }
    }

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        var request = request
        if configuration.generatesIdempotencyKeys, !request.isRepeatable {
            request.headers[.idempotencyKey] = context.requestID.description
        }
        budget?.noteCall(now: context.runtime.now)
        var context = context
        var run = Run()
        while true {
            context.attempt = run.attempt
            if run.attempt > 1 { context.delay = run.delay }
            if let attemptHeader { request.headers[attemptHeader] = String(run.attempt - 1) }
            let outcome: Outcome
            do {
                let response = try await next(request, context: context)
                // Nearly every call ends here.
                if response.status.code < 400 {
                    settle(run, isSuccess: true)
                    return response
                }
                outcome = Outcome(answer: response, classifier)
            } catch {
                outcome = Outcome(error: error, classifier)
            }
            do {
                if let refreshed = try await refreshed(request, after: outcome, run: run, context: context) {
                    request = refreshed
                    run.didRefresh = true
                    run.attempt += 1
                    run.delay = .zero
                    continue
                }
            } catch {
                budget?.refund(run.withdrawal)
                throw error
            }
            guard let failure = outcome.failure else {
                settle(run, isSuccess: false)
                return try outcome.result.get()
            }
            // The failure has used up what its retry cost.
            run.withdrawal = nil
            guard try await prepareRetry(of: request, outcome, failure, &run, context) else {
                return try outcome.result.get()
            }
        }
    }

    /// What one call goes through, from attempt to attempt.
    private struct Run {
        var attempt = 1
        /// Retries that waited for the backoff; a refresh of credentials is an attempt but none of these.
        var retries = 0
        var delay: Duration = .zero
        var backoff = Backoff.State()
        var withdrawal: RetryBudget.Withdrawal?
        var didRefresh = false
    }

    /// Success fills the budget; what says nothing about the server gives back what was taken.
    private func settle(_ run: Run, isSuccess: Bool) {
        if isSuccess, run.attempt == 1 {
            budget?.noteFirstSuccess()
        } else {
            budget?.refund(run.withdrawal)
        }
    }

    /// Waits for the next attempt, or says that there is none.
    private func prepareRetry(
        of request: ClientRequest,
        _ outcome: Outcome,
        _ failure: FailureClass,
        _ run: inout Run,
        _ context: RequestContext
    ) async throws -> Bool {
        let runtime = context.runtime
        let hints = outcome.response.map { ServerHints($0, date: runtime.date) }
        let server = configuration.heedsServer ? hints : nil
        if let reason = objection(to: request, outcome, failure, server, run, context) {
            context.explain(.retry, .ended(reason))
            return false
        }
        let rule = configuration.rules[failure]
        let own = (rule?.backoff ?? configuration.backoff)
            .delay(retry: run.retries, state: &run.backoff, random: runtime.uniform())
        let told = server?.delay ?? .zero
        if told > configuration.maxServerDelay {
            context.explain(.retry, .ended("the server asks for \(told.decimalSeconds) s, which is too long to wait"))
            return false
        }
        let delay = max(own, told)
        if let left = context.timeLeft(), delay >= left {
            context.explain(.retry, .ended("a delay of \(delay.decimalSeconds) s does not fit the deadline"))
            return false
        }
        if let budget {
            guard let withdrawal = budget.withdraw(after: failure, cost: rule?.cost, now: runtime.now) else {
                context.explain(.retry, .ended("the retry budget is used up"))
                return false
            }
            run.withdrawal = withdrawal
        }
        context.explain(
            .retry,
            .waiting(
                delay,
                source: told > own ? .server : .backoff,
                reason: "attempt \(run.attempt) failed: \(failure)",
                left: budget?.left(now: runtime.now)
            )
        )
        // Its connection is not to be held while nothing happens.
        outcome.response?.body.letGo()
        do {
            if delay > .zero { try await context.sleep(for: delay) } else { try context.checkIfOver() }
        } catch {
            budget?.refund(run.withdrawal)
            throw error
        }
        run.attempt += 1
        run.retries += 1
        run.delay = delay
        return true
    }

    /// Why there is no further attempt; nil when nothing speaks against one.
    private func objection(
        to request: ClientRequest,
        _ outcome: Outcome,
        _ failure: FailureClass,
        _ server: ServerHints?,
        _ run: Run,
        _ context: RequestContext
    ) -> String? {
        guard request.body.isReplayable else { return "the body can be sent only once" }
        if server?.shouldRetry == false { return "the server says not to retry" }
        let verdict = policy.verdict(
            on: FailedAttempt(
                attempt: run.attempt,
                attemptLimit: context.options.maxAttempts,
                failureClass: failure,
                request: request,
                response: outcome.response,
                error: outcome.error
            )
        )
        if case .stop(let reason) = verdict { return reason }
        // A policy of the program's own may not look at the call's limit, and may never stop.
        let limit = context.options.maxAttempts ?? RetryConfiguration.attemptRange.upperBound
        guard run.attempt < limit else { return "all \(limit) attempts are used up" }
        guard mayRepeat(request, outcome, server) else {
            return "\(request.method) without an Idempotency-Key may have been carried out"
        }
        return nil
    }

    private func mayRepeat(_ request: ClientRequest, _ outcome: Outcome, _ server: ServerHints?) -> Bool {
        if request.method.isIdempotent { return true }
        switch configuration.unsafeRequests {
        case .never:
            return false
        case .ifRepeatable:
            return request.isRepeatable || outcome.neverReachedServer
        case .ifServerAsks:
            let status = outcome.response?.status
            let asks = server?.shouldRetry == true || server?.delay != nil && (status == 429 || status == 503)
            return asks || request.isRepeatable || outcome.neverReachedServer
        case .always:
            return true
        }
    }

    /// A 401 is answered once with fresh credentials, when somebody can provide them.
    private func refreshed(
        _ request: ClientRequest,
        after outcome: Outcome,
        run: Run,
        context: RequestContext
    ) async throws -> ClientRequest? {
        guard let refreshCredentials, !run.didRefresh, let response = outcome.response, response.status == 401,
            request.body.isReplayable, !context.isAway
        else { return nil }
        // The program's own code may be deaf to deadlines and shutdown.
        let refreshed = try await context.race(reachedServer: .yes) {
            try await refreshCredentials(request, response, context)
        }
        if refreshed != nil { context.explain(.retry, .note("credentials refreshed after a 401")) }
        return refreshed
    }
}
