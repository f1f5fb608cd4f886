import Foundation

/// Serves what is kept, keeps what may be kept, and has the server confirm what is stale: a private cache by RFC 9111, with
/// the times of the program's own beside it.
///
/// A body that is read as it arrives is never kept; a call that wants one is answered from what is kept all the same.
final class CacheStage: Middleware {
    let cache: ResponseCache
    private let decide: (@Sendable (ClientRequest, RequestContext) -> CacheDecision)?
    let budget: RetryBudget?
    let background: BackgroundCalls
    let maker: EntryMaker

    init(
        _ cache: ResponseCache,
        decide: (@Sendable (ClientRequest, RequestContext) -> CacheDecision)?,
        budget: RetryBudget?,
        background: BackgroundCalls
    ) {
        self.cache = cache
        self.decide = decide
        self.budget = budget
        self.background = background
        maker = EntryMaker(cache.configuration)
    }

    @inline(__always)
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        switch try await begin(request, context, next) {
        case .answer(let answer):
            return answer.response
        case .past:
            return try await next(request, context: context)
        case .change:
            let response = try await next(request, context: context)
            changed(request, response, context)
            return response
        case .ask(let run):
            while true {
                do {
                    let response = try await next(run.sent, context: run.context)
                    if let answer = try settle(run, response) { return answer.response }
                } catch {
                    return try stale(run, after: error).response
                }
            }
        }
    }

    /// What is done with a request.
    enum Step {
        /// It is none of the cache's business.
        case past
        /// It may change what is kept.
        case change
        case answer(Answer)
        case ask(CacheRun)
    }

    /// Behind one reference: there would be room for the response in the function that awaits.
    final class Answer {
        let response: ClientResponse

        init(_ response: ClientResponse) {
            self.response = response
        }
    }

    /// What a request is to the cache.
    enum Course {
        case past
        case change
        case question(CacheQuestion)
    }

    @inline(never)
    private func begin(_ request: ClientRequest, _ context: RequestContext, _ next: Next) async throws -> Step {
        switch course(of: request, context) {
        case .past: return .past
        case .change: return .change
        case .question(let question):
            let entries = question.looksUp ? try await cache.entries(for: question.key, context) : []
            return try step(question, entries, request, context, next)
        }
    }

    @inline(never)
    func course(of request: ClientRequest, _ context: RequestContext) -> Course {
        let options = context.options
        let mode = options.isDefault ? .default : options.cacheMode ?? .default
        guard mode != .bypass else { return .past }
        let decision = decide?(request, context) ?? .standard
        var time: Duration?
        if case .keep(let kept) = decision { time = kept }
        let isHead = request.method == .head
        if !isHead, request.method != .get, (time ?? .zero) <= .zero { return request.method.isSafe ? .past : .change }
        if decision == .bypass || time == .zero { return .past }
        var body: Data?
        switch request.body.storage {
        case .empty: break
        // A body may be part of the question even where its method gives it no meaning.
        case .bytes(let data): body = data
        case .file, .stream: return .past
        }
        let rules = RequestRules(request, mode: mode)
        // A method of the program's choice is answered as a whole or not at all.
        let isKept = !isHead && request.method != .get
        let isSpecial = rules.range != nil || rules.isConditional
        if rules.isForServer || isSpecial && (isKept || body != nil) || isHead && rules.range != nil { return .past }
        return .question(
            CacheQuestion(
                key: CacheKey(
                    scope: cache.scope(of: request, context),
                    method: isHead ? .get : request.method,
                    url: request.target.key,
                    body: body
                ),
                rules: rules,
                own: ownTime(time, options),
                isHead: isHead,
                looksUp: rules.looksUp(mode)
            )
        )
    }

    private func ownTime(_ decided: Duration?, _ options: RequestOptions) -> OwnTime {
        if let time = decided { return .instead(time) }
        let configuration = cache.configuration
        var time = configuration.ttl
        if !options.isDefault {
            if let time = options.cacheTTL { return .instead(time) }
            if let name = options.endpoint, let own = configuration.endpointTTLs[name] { time = own }
        }
        guard let time else { return .none }
        return configuration.respectsHeaders ? .unlessServerSays(time) : .instead(time)
    }

    /// Counts what became of a look-up and says it in the call's explanation.
    func note(_ outcome: CacheOutcome, _ decision: Decision.Outcome, _ context: RequestContext) {
        let options = context.options
        cache.note(outcome, endpoint: options.isDefault ? nil : options.endpoint)
        context.explain(.cache, decision)
    }
}

extension ClientResponse.Source {
    /// The cache, with an answer that is fresh or that the server has just confirmed.
    public static let cache = Self(rawValue: "cache")
    /// The cache, with an answer that is older than it should be.
    public static let stale = Self(rawValue: "stale")
}
