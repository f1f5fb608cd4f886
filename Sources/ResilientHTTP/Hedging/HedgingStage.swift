/// Sends a copy of a request whose answer takes long, and takes the first good answer.
final class HedgingStage: Middleware {
    let configuration: HedgingConfiguration
    let budget: RetryBudget?
    let classifier: FailureClassifier
    private let delays: HedgeDelays

    init(_ configuration: HedgingConfiguration, budget: RetryBudget?, classifier: FailureClassifier) {
        self.configuration = configuration
        self.budget = budget
        self.classifier = classifier
        delays = HedgeDelays(configuration)
    }

    @inline(__always)
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        guard let race = race(request, context, next) else { return try await next(request, context: context) }
        return try await race.run()
    }

    /// Nil for a request that may not be sent twice.
    @inline(never)
    private func race(_ request: ClientRequest, _ context: RequestContext, _ next: Next) -> HedgeRace? {
        // Two attempts at once would write one file.
        guard request.isRepeatable, request.body.isReplayable, context.download == nil,
            context.options.isHedged ?? true
        else { return nil }
        return HedgeRace(
            request: request,
            context: context,
            next: next,
            stage: self,
            delay: delays.delay(key(request, context))
        )
    }

    func note(_ time: Duration, _ request: ClientRequest, _ context: RequestContext) {
        delays.note(time, key(request, context))
    }

    private func key(_ request: ClientRequest, _ context: RequestContext) -> CircuitBreakerKey {
        CircuitBreakerStage.key(for: request, options: context.options)
    }
}
