/// Serves what is kept, keeps what may be kept, and validates what is stale.
final class CacheStage: Middleware {
    private let cache: ResponseCache
    private let decide: (@Sendable (ClientRequest, RequestContext) -> CacheDecision)?
    private let budget: RetryBudget?
    private let background: BackgroundCalls

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
    }

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        try await next(request, context: context)
    }
}

extension ClientResponse.Source {
    /// The cache, with an answer that is fresh or that the server has just confirmed.
    public static let cache = Self(rawValue: "cache")
    /// The cache, with an answer that is older than it should be.
    public static let stale = Self(rawValue: "stale")
}
