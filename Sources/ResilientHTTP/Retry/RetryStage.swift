/// Sends a request again when an attempt failed and another one may help.
///
/// Whether is the policy's word, when the longer of backoff and server's, how much the budget's; above all three
/// stands what may be sent twice at all. When retries are used up, the last answer is returned or the last error
/// thrown, as if it had been the only one.
final class RetryStage: Middleware {
    private let configuration: RetryConfiguration
    private let policy: any RetryPolicy
    private let classifier: FailureClassifier
    private let credentials: CredentialRenewal?
    private let budget: RetryBudget?
    private let willRefuse: Foresight?
    private let attemptHeader: HeaderFields.Name?
    /// Whether the first attempt goes out otherwise than the request came.
    private let marksRequests: Bool

    init(
        _ configuration: RetryConfiguration,
        budget: RetryBudget?,
        policy: (any RetryPolicy)?,
        failureClass: (@Sendable (any Error) -> FailureClass?)?,
        credentials: CredentialRenewal?,
        willRefuse: Foresight? = nil
    ) {
        self.configuration = configuration
        self.policy = policy ?? StandardRetryPolicy(configuration)
        self.budget = budget
        self.credentials = credentials
        self.willRefuse = willRefuse
        classifier = FailureClassifier(
            retryableStatuses: configuration.statuses,
            heedsServer: configuration.heedsServer,
            custom: failureClass
        )
        attemptHeader = configuration.attemptHeader.flatMap { HeaderFields.Name($0) }
        marksRequests = configuration.generatesIdempotencyKeys || attemptHeader != nil
    }

    @inline(__always)
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        let run: Run
        do {
            if let marked = begin(request, context) {
                run = marked
            } else {
                let response = try await next(request, context: context)
                // Nearly every call ends here.
                if response.status.code < 400 {
                    budget?.noteFirstSuccess()
                    return response
                }
                run = failed(request, context, response)
            }
        } catch {
            run = failed(request, context, error)
        }
        try await goOn(run, next)
        return try run.answer()
    }

    // An initializer takes its arguments as its own: called from a function that awaits, it would make that keep room for
    // a copy of each.

    @inline(never)
    private func failed(_ request: ClientRequest, _ context: RequestContext, _ response: ClientResponse) -> Run {
        Run(request, context, Outcome(answer: response, classifier))
    }

    @inline(never)
    private func failed(_ request: ClientRequest, _ context: RequestContext, _ error: any Error) -> Run {
        Run(request, context, Outcome(error: error, classifier))
    }

    /// Nil for a call whose first attempt goes out as the request came.
    @inline(never)
    private func begin(_ request: ClientRequest, _ context: RequestContext) -> Run? {
        budget?.noteCall(now: context.runtime.now)
        let renewed = credentials?.renewed(request, context)
        guard marksRequests || context.attempt != 1 || renewed != nil else { return nil }
        let run = Run(renewed?.0 ?? request, context, .none)
        run.credential =
            renewed?.1 ?? credentials.map { _ in CredentialRenewal.Use(key: CredentialKey(request, context)) }
        if configuration.generatesIdempotencyKeys, !request.isRepeatable {
            run.request.headers[.idempotencyKey] = context.requestID.description
        }
        if let attemptHeader { run.request.headers[attemptHeader] = "0" }
        run.context.attempt = 1
        return run
    }

    /// Sends the attempts that have not been sent, as long as the last one gives a reason for another.
    @inline(never)
    private func goOn(_ run: Run, _ next: Next) async throws {
        if run.outcome === Outcome.none { await attempt(run, next) }
        while try await prepareNext(run) { await attempt(run, next) }
    }

    @inline(never)
    private func attempt(_ run: Run, _ next: Next) async {
        // What has failed is not held while another attempt is under way, but for what a breaker may make the last word.
        run.lastWord = LastWord(run.outcome)
        run.outcome = .none
        do {
            run.outcome = Outcome(answer: try await next(run.request, context: run.context), classifier)
        } catch {
            failed(run, error)
        }
        run.lastWord = .nothing
    }

    /// Ends an attempt with an error. A refusal of the breaker ends the call with what it had before.
    @inline(never)
    private func failed(_ run: Run, _ error: any Error) {
        run.outcome = Outcome(error: error, classifier)
        guard run.outcome.failure == nil, var refusal = error as? ResilientError, refusal.code == .circuitOpen else {
            return
        }
        switch run.lastWord {
        case .nothing:
            break
        case .outcome(let outcome):
            run.context.explain(.retry, .ended("the circuit is open: the attempt before has the last word"))
            (run.outcome, run.isRefused) = (outcome, true)
        case .head(let head):
            refusal.adopt(responseOf: head)
            run.outcome = Outcome(error: refusal, classifier)
        }
    }

    /// What a call goes through, from attempt to attempt, when its first one has failed or was marked; behind one
    /// reference, so that a wait holds no more than that.
    private final class Run {
        var request: ClientRequest
        var context: RequestContext
        /// How the last attempt ended.
        var outcome: Outcome
        /// Retries that waited for the backoff; a refresh of credentials is an attempt but none of these.
        var retries = 0
        var backoff = Backoff.State()
        var withdrawal: RetryBudget.Withdrawal?
        /// How often it was renewed: with a newer one that was there, and with one that it has waited for.
        var refreshes = 0
        /// Whose credentials it has, where they can be renewed.
        var credential: CredentialRenewal.Use?
        /// What the attempt before the one that is under way has ended with.
        var lastWord = LastWord.nothing
        /// Whether a circuit breaker has ended the call.
        var isRefused = false

        init(_ request: ClientRequest, _ context: RequestContext, _ outcome: Outcome) {
            self.request = request
            self.context = context
            self.outcome = outcome
        }

        @inline(never)
        func answer() throws -> ClientResponse { try outcome.result.get() }
    }

    /// Gets ready for another attempt: with fresh credentials at once, else after a wait. False when there is none.
    @inline(never)
    private func prepareNext(_ run: Run) async throws -> Bool {
        if run.isRefused {
            // The retry was never sent.
            budget?.refund(run.withdrawal)
            return false
        }
        if try await refreshCredentials(of: run) { return true }
        guard let delay = retryDelay(of: run) else { return false }
        try await wait(delay, run)
        run.retries += 1
        begin(run, after: delay)
        return true
    }

    private func begin(_ run: Run, after delay: Duration) {
        run.context.attempt += 1
        run.context.delay = delay
        if let attemptHeader { run.request.headers[attemptHeader] = String(run.context.attempt - 1) }
    }

    @inline(never)
    private func wait(_ delay: Duration, _ run: Run) async throws {
        do {
            if delay > .zero { try await run.context.sleep(for: delay) } else { try run.context.checkIfOver() }
        } catch {
            budget?.refund(run.withdrawal)
            throw error
        }
    }

    /// Success fills the budget; what says nothing about the server gives back what was taken.
    private func settle(_ run: Run) {
        if run.context.attempt == 1, let response = run.outcome.response, response.status.code < 400 {
            budget?.noteFirstSuccess()
        } else if run.outcome.response != nil {
            budget?.noteRetrySuccess(run.withdrawal)
        } else {
            budget?.refund(run.withdrawal)
        }
    }

    /// How long to wait for the next attempt, which is then paid for; nil when there is none.
    @inline(never)
    private func retryDelay(of run: Run) -> Duration? {
        let outcome = run.outcome
        guard let failure = outcome.failure else {
            settle(run)
            return nil
        }
        // An attempt that found no descriptor asked nothing of the server; any other has used up what it cost.
        let isLocal = failure == .resourcesExhausted
        if isLocal { budget?.refund(run.withdrawal) }
        run.withdrawal = nil
        let context = run.context
        let runtime = context.runtime
        let hints = outcome.response.map { ServerHints($0, date: runtime.date) }
        let server = configuration.heedsServer ? hints : nil
        if let reason = objection(to: run, failure, server) {
            context.explain(.retry, .ended(reason))
            return nil
        }
        let rule = configuration.rules[failure]
        let random = runtime.uniform()
        let own = (rule?.backoff ?? configuration.backoff)
            .delay(retry: run.retries, state: &run.backoff, random: random)
        let told = server?.delay ?? .zero
        if told > configuration.maxServerDelay {
            context.explain(.retry, .ended("the server asks for \(told.decimalSeconds) s, which is too long to wait"))
            return nil
        }
        let left = context.longestTimeLeft()
        if let left, max(own, told) >= left {
            context.explain(.retry, .ended("a delay of \(max(own, told).decimalSeconds) s does not fit the deadline"))
            return nil
        }
        // One of the two counts, so that they can share one random number.
        let spread = Duration.microseconds((spread(of: told, left: left) * random).saturatedNanoseconds / 1000)
        let delay = max(own, told + spread)
        if let willRefuse, willRefuse(run.request, context, runtime.now + delay) {
            context.explain(.retry, .ended("the circuit will still be open in \(delay.decimalSeconds) s"))
            return nil
        }
        if let budget, !isLocal || rule?.cost != nil {
            guard let withdrawal = budget.withdraw(after: failure, cost: rule?.cost, now: runtime.now) else {
                context.explain(.retry, .ended("the retry budget is used up"))
                return nil
            }
            run.withdrawal = withdrawal
        }
        context.explain(
            .retry,
            .waiting(
                delay,
                source: delay > own ? .server : .backoff,
                reason: "attempt \(context.attempt) failed: \(failure)\(lateness(delay > own ? spread : .zero))",
                left: budget?.left(now: runtime.now)
            )
        )
        // Its connection is not to be held while nothing happens.
        outcome.response?.body.letGo()
        return delay
    }

    /// How much later than a server asks a call may come, and still be in time.
    private func spread(of told: Duration, left: Duration?) -> Duration {
        let room = min(configuration.maxServerDelay, left.map { told + ($0 - told) / 2 } ?? .longest) - told
        return max(.zero, min(ServerHints.spread(of: told, share: configuration.serverJitter), room))
    }

    private func lateness(_ spread: Duration) -> String {
        spread > .zero ? ", \(spread.decimalSeconds) s later than the server asks" : ""
    }

    /// Why there is no further attempt; nil when nothing speaks against one.
    private func objection(to run: Run, _ failure: FailureClass, _ server: ServerHints?) -> String? {
        let (request, context, outcome) = (run.request, run.context, run.outcome)
        guard request.body.isReplayable else { return "the body can be sent only once" }
        if server?.shouldRetry == false { return "the server says not to retry" }
        let verdict = policy.verdict(
            on: FailedAttempt(
                attempt: context.attempt,
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
        guard context.attempt < limit else { return "all \(limit) attempts are used up" }
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
            let asks =
                server?.shouldRetry == true
                || server?.delay != nil && status.map(ServerHints.holdsForAll) == true
            return asks || request.isRepeatable || outcome.neverReachedServer
        case .always:
            return true
        }
    }

    /// A 401 is answered once with fresh credentials, when somebody can provide them.
    @inline(never)
    private func refreshCredentials(of run: Run) async throws -> Bool {
        guard let credentials, run.refreshes < 2, run.credential?.hasAsked != true, run.outcome.response?.status == 401,
            run.request.body.isReplayable, !run.context.isCrossOrigin
        else { return false }
        return try await refresh(run, credentials)
    }

    @inline(never)
    private func refresh(_ run: Run, _ credentials: CredentialRenewal) async throws -> Bool {
        let (request, context, response) = (run.request, run.context, try run.outcome.result.get())
        var use = run.credential ?? CredentialRenewal.Use(key: CredentialKey(request, context))
        let refreshed: ClientRequest?
        do {
            refreshed = try await credentials.renewed(request, after: response, &use, context)
        } catch {
            budget?.refund(run.withdrawal)
            throw error
        }
        guard let refreshed else { return false }
        context.explain(.retry, .note("credentials refreshed after a 401"))
        run.request = refreshed
        run.credential = use
        run.refreshes += 1
        begin(run, after: .zero)
        return true
    }
}
