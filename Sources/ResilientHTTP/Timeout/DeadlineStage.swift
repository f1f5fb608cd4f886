/// Sets the deadline of the whole call; whoever waits further in honours it.
final class DeadlineStage: Middleware {
    private let nanoseconds: Int64?

    init(total: Duration?) {
        nanoseconds = total?.saturatedNanoseconds
    }

    @inline(__always)
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        try await next(request, context: bounded(context))
    }

    @inline(never)
    private func bounded(_ context: RequestContext) -> RequestContext {
        guard let total = context.options.totalTimeout?.saturatedNanoseconds ?? nanoseconds else { return context }
        var context = context
        context.tighten(Deadline(.total, from: context.call.startedAt, nanoseconds: total))
        context.explain(.deadline, .bounded(nanoseconds: total))
        return context
    }
}
