import Foundation

// What is served of what is kept. Texts of decisions are made once: a hit is too quick for them.

extension CacheStage {
    private static let fresh = Decision.Outcome.note("fresh: served without asking the server")
    private static let stale = Decision.Outcome.note("stale, and served as the request or the server allows")
    private static let renewing = Decision.Outcome.note("stale: served, and fetched again in the background")
    private static let unsatisfied = Decision.Outcome.ended("nothing is kept, and the server is not to be asked")

    /// Answers from what is kept, or says how the server is asked.
    @inline(never)
    func step(
        _ question: CacheQuestion,
        _ entries: [CacheEntry],
        _ request: ClientRequest,
        _ context: RequestContext,
        _ next: Next
    ) throws -> Step {
        let now = context.runtime.now
        let rules = question.rules
        let entry = Variants.choose(entries, for: request).flatMap { $0.discardAt > now ? $0 : nil }
        guard let entry, isComplete(entry, for: rules) else {
            let reason: CacheStatus.Forward =
                !question.looksUp ? .request : entries.isEmpty ? .missing : entry == nil ? .variant : .partial
            return ask(question, request, context, nil, reason)
        }
        switch rules.use(of: entry, at: now) {
        case .serveFresh:
            note(.hit, Self.fresh, context)
            return .answer(try answer(entry, question, request, context, .cache))
        case .serveStale:
            note(.stale, Self.stale, context)
            return .answer(try answer(entry, question, request, context, .stale))
        case .serveAndRevalidate:
            let answer = try answer(entry, question, request, context, .stale)
            let isFetched = revalidate(entry, question, request, context, next)
            note(.stale, isFetched ? Self.renewing : Self.stale, context)
            return .answer(answer)
        case .ask:
            let isFresh = entry.age(at: now) < entry.lifetime
            // A part is asked for as it is.
            return ask(question, request, context, rules.range == nil ? entry : nil, isFresh ? .request : .stale)
        }
    }

    private func ask(
        _ question: CacheQuestion,
        _ request: ClientRequest,
        _ context: RequestContext,
        _ entry: CacheEntry?,
        _ reason: CacheStatus.Forward
    ) -> Step {
        if question.rules.isOnlyIfCached {
            note(.miss, Self.unsatisfied, context)
            let headers: HeaderFields = [.cacheStatus: CacheStatus.unsatisfied]
            return .answer(Answer(ClientResponse(status: 504, headers: headers, source: .cache)))
        }
        return .ask(
            CacheRun(
                question,
                request,
                context,
                entry: entry,
                reason: question.rules.isNoStore ? .bypass : reason,
                epoch: cache.changes.epoch(of: question.key.url)
            )
        )
    }

    /// Whether an entry has the part of the body that is asked for.
    private func isComplete(_ entry: CacheEntry, for rules: RequestRules) -> Bool {
        guard let range = rules.range, entry.status != 206 else { return true }
        // A strong ETag stands for bytes, and a part is put together with others by it (RFC 9110 §13.1.5). Those of an
        // encoded body are not the bytes that are kept.
        return entry.status == 200 && !entry.headers.contains(.contentEncoding) && !entry.terms.isUnpacked
            && ByteRange.bounds(range, count: entry.body.count) != nil
    }

    /// What a request gets of an entry: all of it, its head, a part, or 304 when the caller has it already.
    ///
    /// - Parameter forwarded: what `Cache-Status` says where the server was asked in vain; nil where it was not asked.
    func answer(
        _ entry: CacheEntry,
        _ question: CacheQuestion,
        _ request: ClientRequest,
        _ context: RequestContext,
        _ source: ClientResponse.Source,
        forwarded: String? = nil
    ) throws -> Answer {
        let age = entry.age(at: context.runtime.now)
        let headers =
            forwarded.map { ServedFields.made(of: entry, age: age, status: $0) }
            ?? entry.served.headers(of: entry, age: age)
        let rules = question.rules
        var response = ClientResponse(status: entry.status, headers: headers, source: source)
        if rules.isConditional, entry.status.isSuccess,
            Validators.satisfy(request, entry.headers, now: Self.seconds(context))
        {
            response.status = 304
            response.headers = StoredFields.notModified(headers)
            return Answer(response)
        }
        guard !question.isHead else { return Answer(response) }
        var body = entry.body
        if let range = rules.range, entry.status == 200, let bounds = ByteRange.bounds(range, count: body.count) {
            response.status = 206
            response.headers[.contentRange] = "bytes \(bounds.lowerBound)-\(bounds.upperBound - 1)/\(body.count)"
            body = body[(body.startIndex + bounds.lowerBound)..<(body.startIndex + bounds.upperBound)]
            if headers.contains(.contentLength) { response.headers[.contentLength] = String(body.count) }
        }
        guard body.count <= context.body.limit else { throw ResponseBody.tooLarge(context.body.limit) }
        response.body = .bytes(body)
        return Answer(response)
    }

    /// The time of day in Unix seconds.
    static func seconds(_ context: RequestContext) -> Int64 {
        Int64(context.runtime.date.timeIntervalSince1970.rounded(.down))
    }

    /// Whatever is kept for a request, however old it is, for a service that cannot be asked; nil when nothing is, or it
    /// must not be served without asking.
    func anyStored(for request: ClientRequest, _ context: RequestContext) async throws -> ClientResponse? {
        guard case .question(let question) = course(of: request, context), question.looksUp,
            !question.rules.asksAlways, !question.rules.revalidates
        else { return nil }
        let entries = try await cache.entries(for: question.key, context)
        let now = context.runtime.now
        guard let entry = Variants.choose(entries, for: request), entry.discardAt > now, entry.mayBeServedStale,
            !entry.isError, isComplete(entry, for: question.rules)
        else { return nil }
        note(.stale, Self.stale, context)
        return try answer(entry, question, request, context, .stale).response
    }
}
