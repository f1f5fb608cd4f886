/// Sets the deadline of the whole call; whoever waits further in honours it.
struct DeadlineStage: Middleware {
    let total: Duration?

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        guard let total = context.options.totalTimeout ?? total else {
            return try await next(request, context: context)
        }
        var context = context
        context.tighten(Deadline(context.call.startedAt + total, kind: .total, timeout: total))
        context.explain(.deadline, .bounded(total))
        return try await next(request, context: context)
    }
}
