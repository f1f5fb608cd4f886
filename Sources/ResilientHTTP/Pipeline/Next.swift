/// The rest of the pipeline, as a stage sees it: all further stages and the transport.
public struct Next: Sendable {
    private let pipeline: Pipeline
    private let index: Int

    init(pipeline: Pipeline, index: Int) {
        self.pipeline = pipeline
        self.index = index
    }

    /// Sends a request through the rest of the pipeline. May be called any number of times.
    public func callAsFunction(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        guard index < pipeline.stages.count else {
            if pipeline.boundsAttempts, !context.options.isDefault {
                return try await pipeline.attempt(request, context: context.boundingAttempt(by: .none))
            }
            return try await pipeline.attempt(request, context: context)
        }
        return try await pipeline.stages[index].middleware.intercept(
            request,
            context: context,
            next: Next(pipeline: pipeline, index: index + 1)
        )
    }
}
