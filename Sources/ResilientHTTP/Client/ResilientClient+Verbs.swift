public import Foundation

/// Verbs: endpoints relative to the base URL, answers below 400, and a typed error for the rest.
extension ResilientClient {
    /// Sends a GET. Throws `status` for an answer of 400 and above.
    @concurrent
    public func get(
        _ endpoint: String,
        query: [URLQueryItem] = [],
        headers: HeaderFields = HeaderFields(),
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await perform(.get, endpoint, query: query, headers: headers, body: .empty, options: options)
    }

    /// Sends a HEAD. Throws `status` for an answer of 400 and above.
    @concurrent
    public func head(
        _ endpoint: String,
        query: [URLQueryItem] = [],
        headers: HeaderFields = HeaderFields(),
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await perform(.head, endpoint, query: query, headers: headers, body: .empty, options: options)
    }

    /// Sends a POST. Throws `status` for an answer of 400 and above.
    @concurrent
    @discardableResult
    public func post(
        _ endpoint: String,
        body: RequestBody = .empty,
        query: [URLQueryItem] = [],
        headers: HeaderFields = HeaderFields(),
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await perform(.post, endpoint, query: query, headers: headers, body: body, options: options)
    }

    /// Sends a value as JSON with POST. Throws `status` for an answer of 400 and above.
    @concurrent
    @discardableResult
    public func post(
        _ endpoint: String,
        json value: some Encodable & Sendable,
        query: [URLQueryItem] = [],
        headers: HeaderFields = HeaderFields(),
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await perform(.post, endpoint, query: query, headers: headers, body: .json(value), options: options)
    }

    /// Sends a PUT. Throws `status` for an answer of 400 and above.
    @concurrent
    @discardableResult
    public func put(
        _ endpoint: String,
        body: RequestBody = .empty,
        query: [URLQueryItem] = [],
        headers: HeaderFields = HeaderFields(),
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await perform(.put, endpoint, query: query, headers: headers, body: body, options: options)
    }

    /// Sends a value as JSON with PUT. Throws `status` for an answer of 400 and above.
    @concurrent
    @discardableResult
    public func put(
        _ endpoint: String,
        json value: some Encodable & Sendable,
        query: [URLQueryItem] = [],
        headers: HeaderFields = HeaderFields(),
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await perform(.put, endpoint, query: query, headers: headers, body: .json(value), options: options)
    }

    /// Sends a PATCH. Throws `status` for an answer of 400 and above.
    @concurrent
    @discardableResult
    public func patch(
        _ endpoint: String,
        body: RequestBody = .empty,
        query: [URLQueryItem] = [],
        headers: HeaderFields = HeaderFields(),
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await perform(.patch, endpoint, query: query, headers: headers, body: body, options: options)
    }

    /// Sends a value as JSON with PATCH. Throws `status` for an answer of 400 and above.
    @concurrent
    @discardableResult
    public func patch(
        _ endpoint: String,
        json value: some Encodable & Sendable,
        query: [URLQueryItem] = [],
        headers: HeaderFields = HeaderFields(),
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await perform(.patch, endpoint, query: query, headers: headers, body: .json(value), options: options)
    }

    /// Sends a DELETE. Throws `status` for an answer of 400 and above; 204 is a success like any other.
    @concurrent
    @discardableResult
    public func delete(
        _ endpoint: String,
        query: [URLQueryItem] = [],
        headers: HeaderFields = HeaderFields(),
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await perform(.delete, endpoint, query: query, headers: headers, body: .empty, options: options)
    }

    /// Sends any method with any body. Throws `status` for an answer of 400 and above.
    @concurrent
    @discardableResult
    public func request(
        _ method: ClientRequest.Method,
        _ endpoint: String,
        body: RequestBody = .empty,
        query: [URLQueryItem] = [],
        headers: HeaderFields = HeaderFields(),
        options: RequestOptions = RequestOptions()
    ) async throws -> ClientResponse {
        try await perform(method, endpoint, query: query, headers: headers, body: body, options: options)
    }

    /// The URL of an endpoint: the base URL's path in front, query items encoded in their order.
    ///
    /// Throws `invalidRequest` for an endpoint that is no part of a URL, `originRefused` for one that names another
    /// origin.
    public func url(_ endpoint: String, query: [URLQueryItem] = []) throws -> URL {
        try EndpointURL(base: configuration.baseURL, allowsOtherOrigins: configuration.allowsOtherOrigins)
            .resolve(endpoint, query: query)
    }

    // Inlined, and what does not suspend is not: a call that waits holds the frames that it came through.

    @inline(__always)
    private func perform(
        _ method: ClientRequest.Method,
        _ endpoint: String,
        query: [URLQueryItem],
        headers: HeaderFields,
        body: RequestBody,
        options: RequestOptions
    ) async throws -> ClientResponse {
        let request = try request(method, to: endpoint, query: query, headers: headers, body: body)
        return try await execute(request, options: options).checked(as: request)
    }

    /// A request to an endpoint, as every call style that takes one makes it.
    @inline(never)
    func request(
        _ method: ClientRequest.Method,
        to endpoint: String,
        query: [URLQueryItem],
        headers: HeaderFields,
        body: RequestBody
    ) throws -> ClientRequest {
        ClientRequest(method: method, url: try url(endpoint, query: query), headers: headers, body: body)
    }
}

extension ClientResponse {
    /// Throws `status` for an answer of 400 and above.
    @inline(never)
    func checked(as request: ClientRequest) throws -> ClientResponse {
        guard status.code < 400 else { throw ResilientError.status(of: self, to: request) }
        return self
    }
}

extension ResilientError {
    /// The error of a verb whose answer is not a success.
    static func status(of response: ClientResponse, to request: ClientRequest) -> ResilientError {
        var error = ResilientError(
            .status,
            "\(request.method) \(Redactor.standard.redact(response.url ?? request.url)) answered \(response.status)"
        )
        error.describe(response)
        if let call = response.call { error.describe(call) }
        error.retryAfter = response.call.flatMap { ServerHints(response, date: $0.runtime.date).delay }
        return error
    }
}
