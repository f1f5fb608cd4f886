/// The stages of a client in their order, and the transport at their end.
final class Pipeline: Sendable {
    let stages: [Stage]
    private let transport: any Transport
    /// Asked once: it is constant, and the question would cost a dynamic call an attempt.
    private let honoursDeadlines: Bool
    /// Whether the call's own attempt timeout is to be set here, because no stage does.
    let boundsAttempts: Bool
    private let endsWithTimeout: Bool

    init(stages: [Stage], transport: any Transport) {
        self.stages = stages
        self.transport = transport
        honoursDeadlines = transport.capabilities.honoursDeadlines
        boundsAttempts = !stages.contains { $0.name == .attemptTimeout }
        endsWithTimeout = stages.last?.name == .attemptTimeout
    }

    /// The whole of the pipeline.
    var entrance: Next { Next(pipeline: self, index: 0) }

    /// One attempt on the wire, body included.
    func attempt(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        let call = context.call
        try call.checkIfOver()
        let started = beginning(of: context)
        if let deadline = context.deadline, deadline.instant <= started {
            throw deadline.error(reachedServer: .no)
        }
        if context.wantsUploadProgress, !request.body.isEmpty {
            context.reportUpload(TransferProgress(completed: 0, total: request.body.length.map(Int64.init)))
        }
        do {
            var response: ClientResponse
            if honoursDeadlines {
                response = try await transport.send(request, context: context)
                if !Self.isComplete(response, context) { response = try await Self.completed(response, context) }
            } else {
                response = try await context.race(reachedServer: .maybe) {
                    try await Self.completed(self.transport.send(request, context: context), context)
                }
            }
            // Outside the race, which ends with the head. A short answer that is no success stays in memory: stages
            // decide by it, and another attempt or a fallback may take its place.
            if let file = context.download, response.status.isSuccess || response.body.isStream {
                response.body = try await file.receive(response)
                response.isInFile = true
            }
            response.url = request.url
            call.noteAttempt(
                Attempt(
                    delayNanoseconds: context.delayNanoseconds,
                    nanoseconds: call.runtime.now.nanoseconds &- started.nanoseconds,
                    status: response.status
                )
            )
            return response
        } catch {
            let error = TransportErrors.normalized(error, in: call)
            call.noteAttempt(
                Attempt(
                    delayNanoseconds: context.delayNanoseconds,
                    nanoseconds: call.runtime.now.nanoseconds &- started.nanoseconds,
                    error: error
                )
            )
            throw error
        }
    }

    /// Now, without a look at the clock where one has just been taken: by the call's record when there are no stages, by
    /// the attempt's timeout when nothing comes after it.
    private func beginning(of context: RequestContext) -> MonotonicTime {
        if stages.isEmpty { return context.call.startedAt }
        if endsWithTimeout, let began = context.attemptBegan { return began }
        return context.runtime.now
    }

    private static func isComplete(_ response: ClientResponse, _ context: RequestContext) -> Bool {
        guard case .bytes(let limit) = context.body, case .bytes(let data) = response.body.storage else { return false }
        return data.count <= limit
    }

    /// Reads a body that is still arriving, unless the call wants a stream: one that breaks is an attempt that failed.
    private static func completed(_ response: ClientResponse, _ context: RequestContext) async throws -> ClientResponse
    {
        var response = response
        switch context.body {
        case .bytes(let limit):
            if case .channel(let stream) = response.body.storage {
                stream.channel.govern(by: BodyRules(context, limit: limit))
                stream.channel.setDeadline(context.deadline)
            }
            response.body = .bytes(try await response.body.collect(limit: limit))
        case .stream(let limit, let buffer):
            response = try await opened(response, limit: limit, buffer: buffer, context)
        }
        return response
    }
}
