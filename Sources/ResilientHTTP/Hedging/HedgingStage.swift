/// Sends a copy of a request whose answer takes long, and takes the first good answer.
struct HedgingStage: Middleware {
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

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        // Two attempts at once would write one file.
        guard request.isRepeatable, request.body.isReplayable, context.download == nil,
            context.options.isHedged ?? true
        else {
            return try await next(request, context: context)
        }
        let race = HedgeRace(
            request: request,
            context: context,
            next: next,
            stage: self,
            delay: delays.delay(key(request, context))
        )
        return try await race.run()
    }

    func note(_ time: Duration, _ request: ClientRequest, _ context: RequestContext) {
        delays.note(time, key(request, context))
    }

    private func key(_ request: ClientRequest, _ context: RequestContext) -> String {
        "\(request.origin?.description ?? "") \(context.options.endpoint ?? "")"
    }
}
