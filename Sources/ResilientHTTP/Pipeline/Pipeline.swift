/// The stages of a client in their order, and the transport at their end.
final class Pipeline: Sendable {
    let stages: [Stage]
    private let transport: any Transport
    /// Asked once: it is constant, and the question would cost a dynamic call an attempt.
    private let honoursDeadlines: Bool
    /// Whether the call's own attempt timeout is to be set here, because no stage does.
    private let boundsAttempts: Bool

    init(stages: [Stage], transport: any Transport) {
        self.stages = stages
        self.transport = transport
        honoursDeadlines = transport.capabilities.honoursDeadlines
        boundsAttempts = !stages.contains { $0.name == .attemptTimeout }
    }

    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        try await Next(pipeline: self, index: 0)(request, context: context)
    }

    /// One attempt on the wire, body included.
    func attempt(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        let call = context.call
        var context = context
        if boundsAttempts { context.boundAttempt(by: .none) }
        try call.checkIfOver()
        let started = call.runtime.now
        if let deadline = context.deadline, deadline.instant <= started {
            throw deadline.error(reachedServer: .no)
        }
        do {
            let response =
                honoursDeadlines
                ? try await exchange(request, context: context)
                : try await context.race(reachedServer: .maybe) { [self, context] in
                    try await exchange(request, context: context)
                }
            call.noteAttempt(
                delay: context.delay,
                duration: call.runtime.now - started,
                status: response.status
            )
            return response
        } catch {
            let error = TransportErrors.normalized(error, isCancelled: Task.isCancelled)
            call.noteAttempt(delay: context.delay, duration: call.runtime.now - started, error: error)
            throw error
        }
    }

    /// Head and, unless the call wants a stream, body: a body that breaks is an attempt that failed.
    private func exchange(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        var response = try await transport.send(request, context: context)
        response.url = request.url
        switch context.body {
        case .bytes(let limit):
            switch response.body.storage {
            case .bytes(let data) where data.count <= limit: break
            default: response.body = .bytes(try await response.body.collect(limit: limit))
            }
        }
        return response
    }
}
