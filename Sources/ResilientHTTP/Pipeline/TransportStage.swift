/// The end of every pipeline: one attempt on the wire, body included.
final class TransportStage: Middleware {
    private let transport: any Transport
    /// Asked once: it is constant, and the question would cost a dynamic call an attempt.
    private let honoursDeadlines: Bool
    /// Whether the call's own attempt timeout is to be set here, because no stage does.
    private let boundsAttempts: Bool
    private let isAlone: Bool
    private let followsTimeout: Bool
    private let boundary: OriginBoundary

    init(_ transport: any Transport, after stages: [StageName], _ boundary: OriginBoundary) {
        self.boundary = boundary
        self.transport = transport
        honoursDeadlines = transport.capabilities.honoursDeadlines
        boundsAttempts = !stages.contains(.attemptTimeout)
        isAlone = stages.isEmpty
        followsTimeout = stages.last == .attemptTimeout
    }

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        if let request = crossed(request, context) { return try await attemptBounded(request, context) }
        if boundsAttempts, !context.options.isDefault { return try await attemptBounded(request, context) }
        return try await attempt(request, context)
    }

    @inline(never)
    private func crossed(_ request: ClientRequest, _ context: RequestContext) -> ClientRequest? {
        boundary.crossed(by: request, context)
    }

    @inline(never)
    private func bounded(_ context: RequestContext) -> RequestContext {
        guard boundsAttempts, !context.options.isDefault else { return context }
        return context.boundingAttempt(by: .none, attempt: nil)
    }

    @inline(never)
    private func attemptBounded(_ request: ClientRequest, _ context: RequestContext) async throws -> ClientResponse {
        try await attempt(request, bounded(context))
    }

    @inline(__always)
    private func attempt(_ request: ClientRequest, _ context: RequestContext) async throws -> ClientResponse {
        let began = try begin(request, context)
        do {
            var response: ClientResponse
            if honoursDeadlines {
                response = try await transport.send(request, context: context)
                if !Self.isFinal(response, context) { response = try await Self.received(response, context) }
            } else {
                response = try await raced(request, context)
            }
            end(&response, of: request, context, began)
            return response
        } catch {
            throw failed(error, context, began)
        }
    }

    /// Throws when the call is over; else says when the attempt begins.
    @inline(never)
    private func begin(_ request: ClientRequest, _ context: RequestContext) throws -> MonotonicTime {
        try context.call.checkIfOver()
        let now = beginning(of: context)
        if let deadline = context.deadline, deadline.instant <= now { throw deadline.error(reachedServer: .no) }
        if context.wantsUploadProgress, !request.body.isEmpty {
            context.reportUpload(TransferProgress(completed: 0, total: request.body.length.map(Int64.init)))
        }
        return now
    }

    /// Now, without a look at the clock where one has just been taken: by the call's record when there are no stages, by
    /// the attempt's timeout when nothing comes after it.
    private func beginning(of context: RequestContext) -> MonotonicTime {
        if isAlone { return context.call.startedAt }
        if followsTimeout, let began = context.attemptBegan { return began }
        return context.runtime.now
    }

    @inline(never)
    private func end(
        _ response: inout ClientResponse,
        of request: ClientRequest,
        _ context: RequestContext,
        _ began: MonotonicTime
    ) {
        let call = context.call
        if request.target !== call.target { response.target = request.target }
        call.noteAttempt(
            Attempt(
                delayNanoseconds: context.delayNanoseconds,
                nanoseconds: call.noteAnswer().nanoseconds &- began.nanoseconds,
                status: response.status,
                facts: response.facts
            )
        )
    }

    @inline(never)
    private func failed(_ error: any Error, _ context: RequestContext, _ began: MonotonicTime) -> any Error {
        let call = context.call
        let error = TransportErrors.normalized(error, in: call)
        call.noteAttempt(
            Attempt(
                delayNanoseconds: context.delayNanoseconds,
                nanoseconds: call.runtime.now.nanoseconds &- began.nanoseconds,
                error: error
            )
        )
        return error
    }
}

// MARK: - Bodies

extension TransportStage {
    /// An attempt on a transport that may be deaf to deadlines and to shutdown.
    @inline(never)
    private func raced(_ request: ClientRequest, _ context: RequestContext) async throws -> ClientResponse {
        let response = try await context.race(reachedServer: .maybe) {
            try await Self.completed(self.transport.send(request, context: context), context)
        }
        // Outside the race, which ends with the head.
        return try await Self.saved(response, context)
    }

    /// Whether there is nothing to be done about the body.
    private static func isFinal(_ response: ClientResponse, _ context: RequestContext) -> Bool {
        guard case .bytes(let limit) = context.body, case .bytes(let data) = response.body.storage,
            context.download == nil
        else { return false }
        return data.count <= limit
    }

    @inline(never)
    private static func received(_ response: ClientResponse, _ context: RequestContext) async throws -> ClientResponse {
        try await saved(completed(response, context), context)
    }

    /// Reads a body that is still arriving, unless the call wants a stream: one that breaks is an attempt that failed.
    private static func completed(_ response: ClientResponse, _ context: RequestContext) async throws -> ClientResponse
    {
        var response = response
        switch context.body {
        case .bytes(let limit):
            if case .channel(let stream) = response.body.storage {
                stream.channel.govern(by: BodyRules(context))
                stream.channel.setDeadline(context.deadline)
            }
            response.body = try await response.body.inMemory(limit: limit)
        case .stream:
            response = try await Pipeline.opened(response, context)
        }
        return response
    }

    /// Reads the body into the call's file, when it is to be one. A short answer that is no success stays in memory:
    /// stages decide by it, and another attempt or a fallback may take its place.
    private static func saved(_ response: ClientResponse, _ context: RequestContext) async throws -> ClientResponse {
        guard let file = context.download,
            response.status.isSuccess || response.body.isStream && file.takesAnyStatus
        else { return response }
        var response = response
        response.body = try await file.receive(response)
        response.isInFile = true
        return response
    }
}
