import ResilientHTTP

/// An admission queue as a stage.
struct QueueStage: Middleware {
    let queue: PriorityQueue

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        try await queue.submit { try await next(request, context: context) }
    }
}
