// Fetching again what has been served stale, when nobody waits for it (RFC 5861 §3).

extension CacheStage {
    /// Starts it, unless it is under way already, has failed a moment ago, or the retry budget is used up. False where it
    /// has not been started.
    @inline(never)
    func revalidate(
        _ entry: CacheEntry,
        _ question: CacheQuestion,
        _ request: ClientRequest,
        _ context: RequestContext,
        _ next: Next
    ) -> Bool {
        let runtime = context.runtime
        guard cache.revalidations.begin(entry, now: runtime.now) else { return false }
        var withdrawal: RetryBudget.Withdrawal?
        if let budget {
            withdrawal = budget.withdraw(after: .serverError, cost: nil, now: runtime.now)
            guard withdrawal != nil else {
                context.explain(.cache, .note("not fetched again: the retry budget is used up"))
                cache.revalidations.end(entry, .neutral, runtime)
                return false
            }
        }
        let plain = Self.plain(request, question)
        let isStarted = background.start(from: context) { [self, withdrawal] own in
            await renew(entry, plain, own, withdrawal, next)
        }
        guard !isStarted else { return true }
        budget?.refund(withdrawal)
        cache.revalidations.end(entry, .neutral, runtime)
        return false
    }

    /// The request for all of the answer, without the caller's conditions.
    private static func plain(_ request: ClientRequest, _ question: CacheQuestion) -> ClientRequest {
        var plain = request
        plain.method = question.key.method
        plain.headers.removeAll { $0.name == .ifNoneMatch || $0.name == .ifModifiedSince || $0.name == .range }
        return plain
    }

    private func renew(
        _ entry: CacheEntry,
        _ request: ClientRequest,
        _ context: RequestContext,
        _ withdrawal: RetryBudget.Withdrawal?,
        _ next: Next
    ) async {
        var ending = Revalidations.Ending.neutral
        let runtime = context.runtime
        defer { cache.revalidations.end(entry, ending, runtime) }
        let context = Self.bounded(context, entry)
        guard case .question(let question) = course(of: request, context) else { return refund(withdrawal) }
        let run = CacheRun(
            question,
            request,
            context,
            entry: entry,
            reason: .stale,
            epoch: cache.changes.epoch(of: question.key.url),
            isBackground: true
        )
        do {
            while true {
                let response = try await next(run.sent, context: run.context)
                guard try settle(run, response) != nil else { continue }
                // A failure has used up what it cost.
                if response.status.code < 500 { budget?.noteRetrySuccess(withdrawal) }
                // An answer that says that the question was wrong leaves the entry as stale as it was, too.
                ending =
                    response.status.code < 400
                    ? .answered : .failed(told: ServerHints(response, date: runtime.date).delay)
                return
            }
        } catch {
            let isNeutral = Self.isNeutral(error)
            if isNeutral { refund(withdrawal) }
            if !isNeutral || !(error is ResilientError || error is CancellationError) {
                ending = .failed(told: (error as? ResilientError)?.retryAfter)
            }
        }
    }

    /// The shortest time that is given to a request that nobody waits for.
    private static let patience: Duration = .seconds(30)

    /// The body is wanted whole: what is read as it arrives cannot be kept. And a server that does not answer is waited for
    /// no longer than the stale answer may be served, or nobody would ever ask it again.
    private static func bounded(_ context: RequestContext, _ entry: CacheEntry) -> RequestContext {
        var context = context
        context.body = .bytes(limit: context.body.limit)
        let now = context.runtime.now
        let window = max(entry.lifetime + entry.terms.staleWhileRevalidate - entry.age(at: now), patience)
        context.tighten(Deadline(now + window, kind: .total, timeout: window))
        return context
    }

    private func refund(_ withdrawal: RetryBudget.Withdrawal?) {
        budget?.refund(withdrawal)
    }

    /// Whether an error says nothing about the service: a local refusal, or the end of the client.
    private static func isNeutral(_ error: any Error) -> Bool {
        switch (error as? ResilientError)?.code {
        case .circuitOpen?, .rateLimited?, .queueFull?, .shed?, .resourcesExhausted?, .clientClosed?, nil: true
        default: false
        }
    }
}
