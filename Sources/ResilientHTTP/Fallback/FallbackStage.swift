import Foundation

/// The last word on a call that failed: other endpoints, values, closures, in their order.
struct FallbackStage: Middleware {
    let configuration: FallbackConfiguration
    let fallbacks: [Fallback]
    private let baseURL: URL?
    private let policy: URLPolicy?

    init(_ configuration: FallbackConfiguration, _ fallbacks: [Fallback], baseURL: URL?, policy: URLPolicy?) {
        self.configuration = configuration
        self.fallbacks = configuration.endpoints.map { .endpoint($0) } + fallbacks
        self.baseURL = baseURL
        self.policy = policy
    }

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        let result: Result<ClientResponse, any Error>
        do {
            let response = try await next(request, context: context)
            guard configuration.isFailure(response.status) else { return response }
            result = .success(response)
        } catch let error as ResilientError where configuration.codes.contains(error.code) {
            result = .failure(error)
        }
        return try await answer(request, instead: result, context, next)
    }

    private func answer(
        _ request: ClientRequest,
        instead result: Result<ClientResponse, any Error>,
        _ context: RequestContext,
        _ next: Next
    ) async throws -> ClientResponse {
        var failure = Fallback.Failure(request, result)
        for fallback in fallbacks {
            // The call may have ended while the service was asked.
            try context.call.checkIfOver()
            switch fallback.kind {
            case .endpoint(let url, let headers):
                guard let moved = moved(request, to: url, headers, after: failure, fallback, context) else { continue }
                var away = context
                away.isAway = true
                // What is still on the wire of a long answer would keep the slot that the other endpoint may wait for.
                failure.response?.body.letGo()
                do {
                    var response = try await next(moved, context: away)
                    if !configuration.isFailure(response.status) {
                        response.source = .fallback
                        return answered(response, by: fallback, context)
                    }
                    failure = Fallback.Failure(request, .success(response))
                } catch let error as ResilientError where configuration.codes.contains(error.code) {
                    failure = Fallback.Failure(request, .failure(error))
                }
                context.explain(.fallback, .note("\(fallback.name) failed, too"))
            case .value(var response):
                response.source = .fallback
                return answered(response, by: fallback, context)
            case .closure(let make):
                if var response = try await value(make, failure, fallback, context) {
                    response.source = .fallback
                    return answered(response, by: fallback, context)
                }
            }
        }
        return try result.get()
    }

    private func answered(_ response: ClientResponse, by fallback: Fallback, _ context: RequestContext)
        -> ClientResponse
    {
        context.explain(.fallback, .note("\(fallback.name) answers instead"))
        return response
    }

    /// The program's own code may be deaf to deadlines and shutdown.
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
        if moved.origin != request.origin { moved.headers.removeAll { SensitiveNames.staysWithOrigin($0.name) } }
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
