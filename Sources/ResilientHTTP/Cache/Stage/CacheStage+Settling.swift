import Foundation

// What is made of the server's answer.

extension CacheStage {
    private static let missed = Decision.Outcome.note("nothing kept that could be served: asked the server")
    private static let kept = Decision.Outcome.note("asked the server, and kept its answer")
    private static let confirmed = Decision.Outcome.note("stale: confirmed by the server")
    private static let replaced = Decision.Outcome.note("stale: replaced by the server's answer")
    private static let standsIn = Decision.Outcome.note("the server failed: a stale answer stands in")
    private static let mismatched = Decision.Outcome.note("304 for something else: asked again for all of it")

    /// The answer; nil when the server is to be asked again, without conditions.
    @inline(never)
    func settle(_ run: CacheRun, _ response: ClientResponse) throws -> Answer? {
        if response.status == 304 {
            if run.isValidating, let entry = run.entry {
                guard Validators.confirm(response.headers, entry.headers) else {
                    run.context.explain(.cache, Self.mismatched)
                    run.withdrawConditions()
                    return nil
                }
                return try confirmed(run, entry, response)
            }
            refresh(run, response)
            return forwarded(run, response, .miss, Self.missed)
        }
        if StatusRules.isFailure(response.status),
            let stale = try standIn(run, forwarded: CacheStatus.failed(run.reason, status: response.status))
        {
            response.body.letGo()
            return stale
        }
        if run.question.isHead {
            if response.status == 200, let entry = run.entry { compare(run, entry, response) }
            return forwarded(run, response, .miss, Self.missed)
        }
        let isStored = keep(run, response)
        // What the server does not send any more is not to be served when it fails.
        if !isStored, run.isValidating, response.status.isSuccess, response.source != .coalesced {
            cache.invalidate(.key(run.question.key))
        }
        return forwarded(
            run,
            response,
            run.isValidating ? .replaced : .miss,
            run.isValidating ? Self.replaced : isStored ? Self.kept : Self.missed,
            isStored: isStored
        )
    }

    /// What stands in for an answer that did not come; throws the error when nothing does.
    @inline(never)
    func stale(_ run: CacheRun, after error: any Error) throws -> Answer {
        if let code = (error as? ResilientError)?.code, Self.replaceable.contains(code) {
            let wasAsked = !Self.refusals.contains(code)
            let forwarded = wasAsked ? CacheStatus.failed(run.reason, status: nil) : nil
            if let stale = try standIn(run, forwarded: forwarded) { return stale }
        }
        if !run.isBackground { note(.miss, Self.missed, run.context) }
        throw error
    }

    /// Failures of the wire, and local refusals: the service is ill, or has enough to do.
    private static let replaceable: Set<ResilientError.Code> = [
        .connectFailed, .nameResolutionFailed, .tlsFailed, .connectionLost, .protocolError, .attemptTimeout,
        .deadlineExceeded, .circuitOpen, .rateLimited, .queueFull, .shed, .resourcesExhausted,
    ]

    /// Those by which the request went nowhere: what is served then is a hit (RFC 9211 §2.1).
    private static let refusals: Set<ResilientError.Code> = [
        .circuitOpen, .rateLimited, .queueFull, .shed, .resourcesExhausted,
    ]

    private func standIn(_ run: CacheRun, forwarded: String?) throws -> Answer? {
        let context = run.context
        guard !run.isBackground, let entry = run.entry,
            run.question.rules.mayReplaceFailure(entry, at: context.runtime.now)
        else { return nil }
        let answer = try answer(entry, run.question, run.request, context, .stale, forwarded: forwarded)
        note(.stale, Self.standsIn, context)
        return answer
    }

    private func forwarded(
        _ run: CacheRun,
        _ response: ClientResponse,
        _ outcome: CacheOutcome,
        _ decision: Decision.Outcome,
        isStored: Bool = false
    ) -> Answer {
        var response = response
        let isCollapsed = response.source == .coalesced
        response.headers.append(
            CacheStatus.forwarded(run.reason, status: nil, isStored: isStored, isCollapsed: isCollapsed),
            for: .cacheStatus
        )
        if !run.isBackground { note(outcome, decision, run.context) }
        return Answer(response)
    }

    /// Forgets what a request that may change something has changed.
    @inline(never)
    func changed(_ request: ClientRequest, _ response: ClientResponse, _ context: RequestContext) {
        for url in ChangedURLs.of(request, response) {
            cache.changes.advance(url)
            cache.invalidate(.url(url))
        }
    }
}

// MARK: - Keeping

extension CacheStage {
    /// Keeps an answer that may be kept.
    private func keep(_ run: CacheRun, _ response: ClientResponse) -> Bool {
        // What another call's flight brought, that call keeps.
        guard !run.context.body.isStream, !response.isInFile, response.source != .coalesced,
            let body = response.body.data
        else { return false }
        let arrival = arrival(
            run,
            status: response.status,
            headers: response.headers,
            response.headers,
            body,
            response.isUnpacked
        )
        return put(maker.entry(of: arrival), run)
    }

    private func put(_ entry: CacheEntry?, _ run: CacheRun) -> Bool {
        guard let entry, !run.question.rules.isNoStore, cache.changes.epoch(of: run.question.key.url) == run.epoch
        else { return false }
        cache.put(entry)
        return true
    }

    private func arrival(
        _ run: CacheRun,
        status: ClientResponse.Status,
        headers: HeaderFields,
        _ newest: HeaderFields,
        _ body: Data,
        _ isUnpacked: Bool
    ) -> Arrival {
        let now = run.context.runtime.now
        let options = run.context.options
        return Arrival(
            question: run.question,
            request: run.request,
            status: status,
            headers: headers,
            newest: newest,
            body: body,
            isUnpacked: isUnpacked,
            receivedAt: now,
            received: Self.seconds(run.context),
            delay: run.delay(until: now),
            endpoint: options.endpoint,
            tags: options.cacheTags
        )
    }

    /// The entry with the fields of a message that confirms it; nil when it may not be kept any longer.
    private func updated(_ run: CacheRun, _ entry: CacheEntry, by headers: HeaderFields) -> CacheEntry? {
        let merged = StoredFields.updated(entry.headers, by: headers)
        let isUnpacked = entry.terms.isUnpacked
        return maker.entry(of: arrival(run, status: entry.status, headers: merged, headers, entry.body, isUnpacked))
    }

    /// The server has confirmed what is kept (RFC 9111 §4.3.4).
    private func confirmed(_ run: CacheRun, _ entry: CacheEntry, _ response: ClientResponse) throws -> Answer {
        let renewed = updated(run, entry, by: response.headers)
        // A flight of another call has been kept by that call; its answer is good for this one, too.
        let isCollapsed = response.source == .coalesced
        let isStored = !isCollapsed && put(renewed, run)
        if renewed == nil, !isCollapsed { cache.invalidate(.key(run.question.key)) }
        guard !run.isBackground else { return Answer(response) }
        guard entry.body.count <= run.context.body.limit else {
            throw ResponseBody.tooLarge(run.context.body.limit)
        }
        note(.revalidated, Self.confirmed, run.context)
        var headers = StoredFields.updated(entry.headers, by: response.headers)
        if let renewed { headers.append(String(renewed.initialAge.components.seconds), for: .age) }
        headers.append(
            CacheStatus.forwarded(run.reason, status: 304, isStored: isStored, isCollapsed: isCollapsed),
            for: .cacheStatus
        )
        return Answer(
            ClientResponse(status: entry.status, headers: headers, body: .bytes(entry.body), source: .cache)
        )
    }

    /// A 304 to the caller's own condition may speak of what is kept, too: if it says so itself.
    private func refresh(_ run: CacheRun, _ response: ClientResponse) {
        guard let entry = run.entry, response.source != .coalesced, Validators.exist(in: response.headers),
            Validators.confirm(response.headers, entry.headers)
        else { return }
        _ = put(updated(run, entry, by: response.headers), run)
    }

    /// The head of an answer says whether what is kept is still right (RFC 9111 §4.3.5). Where it says nothing to compare,
    /// nothing is known.
    private func compare(_ run: CacheRun, _ entry: CacheEntry, _ response: ClientResponse) {
        guard response.source != .coalesced else { return }
        switch Validators.agree(response.headers, entry.headers) {
        case true?: _ = put(updated(run, entry, by: response.headers), run)
        case false?: cache.invalidate(.key(entry.key))
        case nil: break
        }
    }
}
