/// Sets the deadline of the whole call; whoever waits further in honours it.
final class DeadlineStage: Middleware {
    private let total: Duration?

    init(total: Duration?) {
        self.total = total
    }

    @inline(__always)
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        try await next(request, context: bounded(context))
    }

    @inline(never)
    private func bounded(_ context: RequestContext) -> RequestContext {
        guard let total = context.options.totalTimeout ?? total else { return context }
        var context = context
        context.tighten(Deadline(context.call.startedAt + total, kind: .total, timeout: total))
        context.explain(.deadline, .bounded(total))
        return context
    }
}
