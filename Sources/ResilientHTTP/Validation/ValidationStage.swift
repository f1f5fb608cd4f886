/// Refuses what must not be sent, before it costs anything: one error that names every problem.
struct ValidationStage: Middleware {
    let configuration: ValidationConfiguration
    let validators: [RequestValidator]
    let warn: (@Sendable (String) -> Void)?

    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        let objection = URLPolicy(configuration: configuration).objection(to: request.target)
        let problems = problems(of: request, context: context)
        if objection != nil || !problems.isEmpty {
            let texts = [objection?.message].compactMap { $0 } + problems
            throw ResilientError(
                objection?.code ?? .invalidRequest,
                Redactor.standard.redact(texts.joined(separator: "; ")),
                reachedServer: .no
            )
        }
        context.explain(.validation, .passed)
        return try await next(request, context: context)
    }

    private func problems(of request: ClientRequest, context: RequestContext) -> [String] {
        var problems: [String] = []
        if request.method.rawValue.isEmpty || !Grammar.isToken(request.method.rawValue) {
            problems.append("the method is not a token (RFC 9110 §9.1)")
        }
        if request.target.length > configuration.maxURLLength {
            problems.append("the URL is longer than \(configuration.maxURLLength) bytes")
        }
        MessageRules.check(request, maxHeaderBytes: configuration.maxHeaderBytes, into: &problems)
        if let type = request.body.contentType, !Grammar.isFieldValue(type) {
            problems.append("the body's content type contains a control character or surrounding white space")
        }
        if let limit = configuration.maxBodyBytes, let length = request.body.length, length > limit {
            problems.append("the body is larger than \(limit) bytes")
        }
        for validator in validators {
            if let problem = validator.problem(of: request, options: context.options) { problems.append(problem) }
        }
        if let problem = tokenProblem(of: request) {
            if configuration.tokenFormat == .throw {
                problems.append(problem)
            } else {
                context.explain(.validation, .note("warning: \(problem)"))
                warn?(problem)
            }
        }
        return problems
    }

    private func tokenProblem(of request: ClientRequest) -> String? {
        guard configuration.tokenFormat != .ignore, let value = request.headers[.authorization] else { return nil }
        let scheme = value.prefix { $0 != " " }
        guard Grammar.lowercased(String(scheme)) == "bearer" else { return nil }
        return TokenFormat.problem(in: String(value[scheme.endIndex...].drop { $0 == " " }))
            .map { "the bearer token \($0)" }
    }
}
