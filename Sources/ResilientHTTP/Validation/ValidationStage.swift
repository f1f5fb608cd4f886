/// Refuses what must not be sent, before it costs anything: one error that names every problem.
struct ValidationStage: Middleware {
    let configuration: ValidationConfiguration
    let validators: [RequestValidator]
    let warn: (@Sendable (String) -> Void)?

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        if let objection = URLPolicy(configuration: configuration).objection(to: request.target) {
            throw objection
        }
        if let problems = problems(of: request, options: context.options) {
            throw ResilientError(
                .invalidRequest,
                Redactor.standard.redact(problems.joined(separator: "; ")),
                reachedServer: .no
            )
        }
        try checkToken(of: request, context: context)
        context.explain(.validation, .passed)
        return try await next(request, context: context)
    }

    private func problems(of request: ClientRequest, options: RequestOptions) -> [String]? {
        var problems: [String] = []
        if request.method.rawValue.isEmpty || !Grammar.isToken(request.method.rawValue) {
            problems.append("the method is not a token (RFC 9110 §9.1)")
        }
        if request.target.length > configuration.maxURLLength {
            problems.append("the URL is longer than \(configuration.maxURLLength) bytes")
        }
        MessageRules.check(request, maxHeaderBytes: configuration.maxHeaderBytes, into: &problems)
        if let limit = configuration.maxBodyBytes, let length = request.body.length, length > limit {
            problems.append("the body is larger than \(limit) bytes")
        }
        for validator in validators {
            if let problem = validator.problem(of: request, options: options) { problems.append(problem) }
        }
        return problems.isEmpty ? nil : problems
    }

    private func checkToken(of request: ClientRequest, context: RequestContext) throws {
        guard configuration.tokenFormat != .ignore,
            let value = request.headers[.authorization],
            value.utf8.count >= 6, Grammar.lowercased(String(value.prefix(6))) == "bearer",
            let problem = TokenFormat.problem(in: String(value.dropFirst(6).drop { $0 == " " }))
        else { return }
        let text = "the bearer token \(problem)"
        if configuration.tokenFormat == .throw {
            throw ResilientError(.invalidRequest, text, reachedServer: .no)
        }
        context.explain(.validation, .note("warning: \(text)"))
        warn?(text)
    }
}
