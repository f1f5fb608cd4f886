/// What a client adds to every request, and where its requests may go.
final class RequestDefaults: Middleware {
    private let baseOrigin: Origin?
    private let headers: HeaderFields
    private let allowsOtherOrigins: Bool
    private let crossOriginFields: CrossOriginFields

    init(_ configuration: Configuration) {
        baseOrigin = configuration.baseURL.flatMap { RequestTarget($0).origin }
        headers = configuration.defaultHeaders
        allowsOtherOrigins = configuration.allowsOtherOrigins
        crossOriginFields = CrossOriginFields(configuration.redirects)
    }

    /// Throws `originRefused` for a request to another origin than the base URL's, unless those are allowed.
    func checkOrigin(of request: ClientRequest) throws {
        guard let baseOrigin, !allowsOtherOrigins, request.origin != baseOrigin else { return }
        throw ResilientError(
            .originRefused,
            "the request goes to \(request.origin?.description ?? "no host"), not to \(baseOrigin); make a client "
                + "for that service, or set allows_other_origins",
            reachedServer: .no
        )
    }

    /// Whether a request goes to another origin than the base URL's, which only a client that allows it sends.
    func leadAway(_ request: ClientRequest) -> Bool {
        guard allowsOtherOrigins, let baseOrigin else { return false }
        return request.origin != baseOrigin
    }

    /// Whether a call's request goes out otherwise than the caller made it.
    func change(_ options: RequestOptions) -> Bool {
        !headers.isEmpty || options.idempotencyKey != nil
    }

    /// Adds to a request what the client adds; only those pass here that ``change(_:)`` speaks of.
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        try await next(applied(to: request, context.options), context: context)
    }

    /// The request with the client's header fields where it has none of that name, and the options' key.
    @inline(never)
    private func applied(to request: ClientRequest, _ options: RequestOptions) -> ClientRequest {
        var request = request
        var fields = headers
        let omitted = Set(options.omittedHeaders.map { Grammar.lowercased($0) })
        fields.removeAll { omitted.contains($0.name.canonicalName) }
        if let baseOrigin, request.origin != baseOrigin {
            crossOriginFields.removeOthers(from: &fields, hasBody: !request.body.isEmpty)
        }
        fields.merge(request.headers)
        request.headers = fields
        if let key = options.idempotencyKey { request.headers[.idempotencyKey] = key }
        return request
    }
}
