import Foundation

/// The last word on a call that failed: other endpoints, values, closures, in their order.
final class FallbackStage: Middleware {
    private let configuration: FallbackConfiguration
    private let fallbacks: [Fallback]
    private let baseURL: URL?
    private let policy: URLPolicy?
    private let stale: Stale?
    private let crossOriginFields: CrossOriginFields

    /// What a cache keeps for a request, however old.
    typealias Stale = @Sendable (ClientRequest, RequestContext) async throws -> ClientResponse?

    init(
        _ configuration: FallbackConfiguration,
        _ fallbacks: [Fallback],
        baseURL: URL?,
        policy: URLPolicy?,
        crossOriginFields: CrossOriginFields,
        stale: Stale? = nil
    ) {
        self.configuration = configuration
        self.fallbacks = configuration.endpoints.map { .endpoint($0) } + fallbacks
        self.baseURL = baseURL
        self.policy = policy
        self.stale = stale
        self.crossOriginFields = crossOriginFields
    }

    @inline(__always)
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        let run: Run
        do {
            let response = try await next(request, context: context)
            guard configuration.isFailure(response.status) else { return response }
            run = failed(request, context, response)
        } catch let error where isFailure(error) {
            run = failed(request, context, error)
        }
        return try await answer(run, next)
    }

    // Not the initializer itself, which takes copies: there would be room for them in the function that awaits.

    @inline(never)
    private func failed(_ request: ClientRequest, _ context: RequestContext, _ response: ClientResponse) -> Run {
        Run(request, context, .success(response))
    }

    @inline(never)
    private func failed(_ request: ClientRequest, _ context: RequestContext, _ error: any Error) -> Run {
        Run(request, context, .failure(error))
    }

    /// A call that failed; behind one reference, so that a fallback that takes its time holds no more than that.
    private final class Run {
        let request: ClientRequest
        let context: RequestContext
        /// What the service made of it, which is the answer when no fallback has one.
        let result: Result<ClientResponse, any Error>
        /// The last failure: the service's, or that of an endpoint asked in its place.
        var failure: Fallback.Failure

        @inline(never)
        init(_ request: ClientRequest, _ context: RequestContext, _ result: Result<ClientResponse, any Error>) {
            self.request = request
            self.context = context
            self.result = result
            failure = Fallback.Failure(request, result)
        }
    }

    @inline(never)
    private func isFailure(_ error: any Error) -> Bool {
        (error as? ResilientError).map { configuration.codes.contains($0.code) } ?? false
    }

    @inline(never)
    private func answer(_ run: Run, _ next: Next) async throws -> ClientResponse {
        for fallback in fallbacks {
            // The call may have ended while the service was asked.
            try run.context.call.checkIfOver()
            if let response = try await answer(of: fallback, run, next) {
                return answered(response, by: fallback, run.context)
            }
        }
        return try run.result.get()
    }

    /// Nil when this fallback has no answer.
    @inline(never)
    private func answer(of fallback: Fallback, _ run: Run, _ next: Next) async throws -> ClientResponse? {
        switch fallback.kind {
        case .endpoint(let url, let headers):
            guard let moved = moved(run.request, to: url, headers, after: run.failure, fallback, run.context) else {
                return nil
            }
            return try await ask(fallback, moved, run, next)
        case .stale:
            return try await stale?(run.request, run.context)
        case .value(let response):
            return response
        case .closure(let make):
            return try await value(make, run.failure, fallback, run.context)
        }
    }

    @inline(never)
    private func ask(_ fallback: Fallback, _ request: ClientRequest, _ run: Run, _ next: Next) async throws
        -> ClientResponse?
    {
        var away = run.context
        away.reach = .left
        if case .endpoint(_, let headers) = fallback.kind, let origin = request.origin, !headers.isEmpty {
            away.permit(headers.map(\.name), for: origin)
        }
        // What is still on the wire of a long answer would keep the slot that the other endpoint may wait for.
        run.failure.response?.body.letGo()
        do {
            var response = try await next(request, context: away)
            guard configuration.isFailure(response.status) else {
                // A stage that answered by itself need not know that it is another URL than the call's.
                response.target = response.target ?? request.target
                return response
            }
            run.failure = Fallback.Failure(run.request, .success(response))
        } catch let error where isFailure(error) {
            run.failure = Fallback.Failure(run.request, .failure(error))
        }
        away.explain(.fallback, .note("\(fallback.name) failed, too"))
        return nil
    }

    private func answered(_ response: ClientResponse, by fallback: Fallback, _ context: RequestContext)
        -> ClientResponse
    {
        var response = response
        // The cache says by itself what it is.
        if !fallback.isStale { response.source = .fallback }
        context.explain(.fallback, .note("\(fallback.name) answers instead"))
        return response
    }

    /// The program's own code may be deaf to deadlines and shutdown.
    @inline(never)
    private func value(
        _ make: @escaping @Sendable (Fallback.Failure, RequestContext) async throws -> ClientResponse?,
        _ failure: Fallback.Failure,
        _ fallback: Fallback,
        _ context: RequestContext
    ) async throws -> ClientResponse? {
        guard context.timeLeft() != .zero else {
            context.explain(.fallback, .note("\(fallback.name) is not asked: the deadline has passed"))
            return nil
        }
        do {
            return try await context.race(reachedServer: .maybe) { try await make(failure, context) }
        } catch {
            try context.call.checkIfOver()
            context.explain(.fallback, .note("\(fallback.name) failed: \(Redactor.standard.redact("\(error)"))"))
            return nil
        }
    }

    /// The request for another endpoint; nil when it must not go there.
    @inline(never)
    private func moved(
        _ request: ClientRequest,
        to base: URL,
        _ headers: HeaderFields,
        after failure: Fallback.Failure,
        _ fallback: Fallback,
        _ context: RequestContext
    ) -> ClientRequest? {
        func refused(_ reason: String) -> ClientRequest? {
            context.explain(.fallback, .note("\(fallback.name) is not asked: \(reason)"))
            return nil
        }
        if let left = context.timeLeft(), left <= .zero { return refused("the deadline has passed") }
        let neverSent = (failure.error as? ResilientError)?.reachedServer == .no
        guard request.body.isReplayable else { return refused("the body can be sent only once") }
        guard request.isRepeatable || neverSent else {
            return refused("\(request.method) without an Idempotency-Key may have been carried out")
        }
        guard let url = FallbackURL.move(request.url, from: baseURL, to: base) else {
            return refused("its URL cannot be made")
        }
        var moved = request
        moved.url = url
        if let objection = moved.target.problem ?? policy?.objection(to: moved.target)?.message {
            return refused(objection)
        }
        if moved.origin != request.origin {
            crossOriginFields.removeOthers(from: &moved.headers, hasBody: !moved.body.isEmpty)
        }
        var fields = moved.headers
        fields.removeAll { headers.contains($0.name) }
        for field in headers { fields.append(field.value, for: field.name) }
        moved.headers = fields
        return moved
    }
}

extension Fallback.Failure {
    fileprivate init(_ request: ClientRequest, _ result: Result<ClientResponse, any Error>) {
        self.request = request
        switch result {
        case .success(let response): (self.response, error) = (response, nil)
        case .failure(let failure): (response, error) = (nil, failure)
        }
    }
}
